package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.xg2g.media.AudioCodec;
import io.xg2g.media.AudioOutput;
import io.xg2g.media.AudioRole;
import io.xg2g.media.AudioTrackInfo;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Complete argument lists of long-lived child processes. */
class MediaCommandsTest {
    private static final String START = "ffmpeg -nostdin -hide_banner -nostats -loglevel level+warning ";
    private static final String INPUT = "-probesize 5000000 -analyzeduration 100000 -fpsprobesize 0 -copyts"
            + " -fflags +genpts -protocol_whitelist pipe " + CommandLineTest.DECODERS + " -f mpegts -i pipe:0";
    private static final String VIDEO = " -map 0:v:0 -c:v copy";
    private static final String AUDIO =
            " -map 0:a:0 -c:a:0 aac -profile:a:0 aac_low -ac:a:0 2 -ar:a:0 48000 -b:a:0 128k"
                    + " -filter:a:0 aselect='isnan(prev_selected_t)+lt(abs(t-prev_selected_t),60)',aresample=async=1:min_hard_comp=0.004"
                    + " -disposition:a:0 0";
    private static final String MUXER =
            " -muxdelay 0 -muxpreload 0 -flush_packets 1 -max_interleave_delta 1000000 -f mpegts pipe:1";
    private static final String OUTPUT = " -map_metadata -1" + MUXER;
    private static final String GRABBED = " -map_metadata:g -1" + MUXER;
    private static final String TIMES = " -avoid_negative_ts disabled";

    @Test
    void theSegmenterCopiesVideoAndConvertsAudioToAac() {
        assertThat(segmenter(true, true)).isEqualTo(START + INPUT + VIDEO + AUDIO + TIMES + OUTPUT);
        assertThat(segmenter(true, false)).isEqualTo(START + INPUT + VIDEO + TIMES + OUTPUT);
        assertThat(segmenter(false, true)).isEqualTo(START + INPUT + AUDIO + TIMES + OUTPUT);
        assertThatIllegalArgumentException().isThrownBy(() -> new SegmenterOptions(false, List.of()));
    }

    /** Languages and roles; AC-3 is encoded for all players, and copied for those that decode it. */
    @Test
    void theSegmenterMakesEachAudioTrack() {
        SegmenterOptions options = new SegmenterOptions(
                true,
                List.of(
                        new AudioOutput(0, new AudioTrackInfo("deu", AudioRole.MAIN, AudioCodec.AAC, 0)),
                        new AudioOutput(1, new AudioTrackInfo("", AudioRole.DESCRIPTION, AudioCodec.AAC, 0)),
                        new AudioOutput(0, new AudioTrackInfo("deu", AudioRole.MAIN, AudioCodec.AC3, 0))));

        assertThat(String.join(" ", MediaCommands.segmenter("ffmpeg", options)))
                .contains(
                        " -map 0:a:0 -map 0:a:1 -map 0:a:0 -c:a:0 aac ",
                        " -filter:a:0 ",
                        " -metadata:s:a:0 language=deu -disposition:a:0 0 -c:a:1 aac -profile:a:1 aac_low ",
                        " -metadata:s:a:1 language=und -disposition:a:1 visual_impaired -c:a:2 copy -metadata:s:a:2 language=deu -disposition:a:2 0")
                .doesNotContain("-filter:a:2");
    }

    private static final String COPY = " -map 0:V:0? -map 0:a:0? -c copy";
    private static final String COPY_ALL = " -map 0:V:0? -map 0:a:0? -map 0:a:1? -map 0:a:2? -map 0:a:3? -map 0:a:4?"
            + " -map 0:a:5? -map 0:a:6? -map 0:a:7? -c copy";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    RTSP | rtsp://me:pw@camera/1 | -fpsprobesize 0 -analyzeduration 1000000 -rtsp_transport tcp -timeout 10000000 -protocol_whitelist tcp,tls,rtp -format_whitelist rtsp -i rtsp://me:pw@camera/1
                    HLS | http://host/i.m3u8?a=b | -rw_timeout 10000000 -protocol_whitelist http,tcp,crypto -format_whitelist hls,mpegts,aac,mov -i http://host/i.m3u8?a=b
                    HTTP | http://host/clip.flv | -rw_timeout 10000000 -protocol_whitelist http,tcp -format_whitelist FORMATS,mp3,aac,flac,wav -i http://host/clip.flv
                    RTP | rtp://239.1.1.1:5000 | -protocol_whitelist rtp,udp -format_whitelist rtp,sdp,mpegts -i rtp://239.1.1.1:5000
                    RTMP | rtmp://host/live/a | -rw_timeout 10000000 -rtmp_live live -protocol_whitelist rtmp,tcp -format_whitelist flv,live_flv -i rtmp://host/live/a
                    RTMP | rtmps://host/live/a | -rw_timeout 10000000 -rtmp_live live -protocol_whitelist rtmps,tls,tcp -format_whitelist flv,live_flv -i rtmps://host/live/a
                    """)
    void aGrabberHasTheProtocolsAndFormatsOfItsKindOnly(SourceKind kind, URI source, String input) {
        String times = kind == SourceKind.RTSP ? " -bsf:v setts=pts=if(eq(PTS\\,NOPTS)\\,DTS\\,PTS)" : "";

        assertThat(grab(kind, source, GrabOptions.COPY))
                .isEqualTo(START
                        + input.replace("FORMATS", CommandLine.FORMATS)
                                .replace(" -i ", " " + CommandLineTest.DECODERS + " -i ")
                        + (kind == SourceKind.RTSP ? COPY : COPY_ALL)
                        + times
                        + GRABBED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            AUTO | true  | -rtsp_transport tcp+udp -rtsp_flags prefer_tcp+filter_src -timeout 10000000 -protocol_whitelist tcp,tls,udp,rtp
            AUTO | false | -rtsp_transport tcp+udp -rtsp_flags prefer_tcp -timeout 10000000 -protocol_whitelist tcp,tls,udp,rtp
            UDP  | false | -rtsp_transport udp -rtsp_flags prefer_tcp -timeout 10000000 -protocol_whitelist tcp,udp,rtp
            TCP  | true  | -rtsp_transport tcp -timeout 10000000 -protocol_whitelist tcp,tls,rtp
            """)
    void mediaOfRtspIsTransportedAsConfigured(RtspTransport transport, boolean peerOnly, String input) {
        assertThat(grab(SourceKind.RTSP, URI.create("rtsp://h/1"), GrabOptions.of(transport, peerOnly)))
                .contains(input + " -format_whitelist rtsp ");
    }

    @ParameterizedTest
    @CsvSource({"MJPEG", "RTSP", "HTTP"})
    void videoThatMpegTsCannotCarryIsEncoded(SourceKind kind) {
        assertThat(grab(kind, URI.create("http://h/1"), GrabOptions.COPY.encodingVideo()))
                .contains(
                        (kind == SourceKind.HTTP ? COPY_ALL : COPY) + " -vf "
                                + (kind == SourceKind.MJPEG ? "settb=1/90000,setpts=(RTCTIME-2000000)*0.09," : "")
                                + "scale=",
                        "-fps_mode vfr",
                        "-c:v libx264",
                        "-force_key_frames expr:gte(t,n_forced*2)")
                .doesNotContain("setts");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SRT | srt://host:9000 | -rw_timeout 10000000 -protocol_whitelist srt
                    UDP | udp://239.1.1.1:5000 | -timeout 10000000 -overrun_nonfatal 1 -protocol_whitelist udp
                    """)
    void theBytesOfATransportStreamArePassedOnUnchanged(SourceKind kind, URI source, String input) {
        assertThat(grab(kind, source, GrabOptions.COPY))
                .isEqualTo(START + input + " -format_whitelist data " + CommandLineTest.DECODERS + " -f data -i "
                        + source + " -map 0 -c copy -flush_packets 1 -f data pipe:1");
    }

    @Test
    void audioIsEncodedWhereMpegTsCannotCarryIt() {
        assertThat(grab(SourceKind.RTSP, URI.create("rtsp://camera/1"), GrabOptions.COPY.encodingAudio(true)))
                .contains(COPY + " -c:a aac -profile:a aac_low -ac 2 -ar 48000 -b:a 256k -af ")
                .endsWith(",aresample=async=1:min_hard_comp=0.004 -bsf:v setts=pts=if(eq(PTS\\,NOPTS)\\,DTS\\,PTS)"
                        + GRABBED);
    }

    @Test
    void segmentsOfAnyExtensionArePartOfAPlaylist() {
        List<String> command = MediaCommands.withAnyExtension(List.of("ffmpeg", "-rw_timeout", "1", "-i", "u", "out"));

        assertThat(command).containsExactly("ffmpeg", "-rw_timeout", "1", "-extension_picky", "0", "-i", "u", "out");
    }

    private static String grab(SourceKind kind, URI source, GrabOptions options) {
        return String.join(
                " ",
                MediaCommands.grab("ffmpeg", source, kind, Duration.ofSeconds(10), options, Instant.ofEpochSecond(2)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RTSP  | TCP | -rtsp_transport tcp -timeout 10000000 -protocol_whitelist tcp,tls,rtp -format_whitelist rtsp
            RTSP  | UDP | -rtsp_transport udp -rtsp_flags prefer_tcp -timeout 10000000 -protocol_whitelist tcp,udp,rtp -format_whitelist rtsp
            MJPEG | TCP | -use_wallclock_as_timestamps 1 -rw_timeout 10000000 -protocol_whitelist http,tcp
            HTTP  | TCP | -nostats -loglevel level+warning -threads 1 -rw_timeout 10000000
            HTTP_FILE | TCP | -re -threads 1 -rw_timeout 10000000 -protocol_whitelist http,tcp
            FILE  | TCP | -re -threads 1 -stream_loop -1 -protocol_whitelist file
            """)
    void framesAreJpegImagesAfterTheirTimes(SourceKind kind, RtspTransport transport, String input) {
        FrameOptions options = new FrameOptions(10, 7, Optional.of(new FrameOptions.Size(640, 360)), transport);
        URI source = kind == SourceKind.FILE ? URI.create("file:/clip.ts") : URI.create("x://192.0.2.7/a");

        assertThat(String.join(" ", MediaCommands.frames("ffmpeg", source, kind, Duration.ofSeconds(10), options)))
                .contains(input)
                .contains(
                        "-map 0:v:0",
                        "scale='2*round(min(min(iw*sar,640),360*dar)/2)'",
                        "-c:v mjpeg -q:v 7",
                        "st(0,t+0.100000)")
                .endsWith("-f tee [f=framecrc:flush_packets=1]pipe:1|[f=image2pipe:flush_packets=1]pipe:1");
    }

    @Test
    void theFirstFramesOfAStreamAreDecodedOnly() {
        FrameOptions options = new FrameOptions(10, 5, Optional.empty(), RtspTransport.TCP);

        assertThat(String.join(" ", MediaCommands.framesOfStream("ffmpeg", options, Duration.ofMillis(2480))))
                .contains("-analyzeduration 100000 -fpsprobesize 0 -protocol_whitelist pipe")
                .contains("-vf select='st(0,max(ld(0),isnan(t)+gte(t-start_t,2.480000)))',select='if(");
        assertThat(String.join(" ", MediaCommands.framesOfStream("ffmpeg", options, Duration.ZERO)))
                .contains("-vf select='if(");
    }

    @Test
    void imagesOfACameraAreNotDecoded() {
        FrameOptions options = new FrameOptions(10, FrameOptions.SOURCE_QUALITY, Optional.empty(), RtspTransport.TCP);

        assertThat(MediaCommands.framesOfStream("ffmpeg", options, Duration.ofSeconds(3)))
                .containsSubsequence("-f", "mpegts", "-i", "pipe:0", "-map", "0:v:0", "-c:v", "copy", "-f", "tee")
                .doesNotContain("-vf", "mjpeg");
    }

    @Test
    void theDemoIsGeneratedByFfmpeg() {
        assertThat(String.join(" ", MediaCommands.demo("ffmpeg", 2)))
                .isEqualTo(START + "-f lavfi -i testsrc2=s=1280x720:r=25"
                        + " -f lavfi -i sine=frequency=220:beep_factor=4:sample_rate=48000 -map 0:v:0 -map 1:a:0"
                        + " -pix_fmt yuv420p -c:v libx264 -preset superfast -g 25 -keyint_min 25 -sc_threshold 0"
                        + " -flags:v +cgop -b:v 2M -maxrate 2M -bufsize 2M -threads 2 -c:a aac -ac 2 -b:a 128k"
                        + " -af volume=0.1" + OUTPUT);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    1 | [tcp @ 0x1] [error] Connection to tcp://h:1 failed: Connection refused | SOURCE_TRANSIENT | the source refuses connections
                    1 | [error] http://h/x: Server returned 404 Not Found | SOURCE_PERMANENT | the source does not exist
                    1 | [error] method DESCRIBE failed: 401 Unauthorized | SOURCE_UNAUTHORIZED | the source refuses access
                    1 | [mov,mp4,3gp @ 0x1a] [error] Format not on whitelist 'mpegts' | UNSUPPORTED_MEDIA | the source's container format mov,mp4,3gp is not supported
                    1 | [file @ 0x1] [error] Protocol 'file' not on whitelist 'tcp'! | SOURCE_PERMANENT | the source leads to the protocol file, which is not allowed
                    1 | [error] x://h: Protocol not found | SOURCE_PERMANENT | this ffmpeg does not support the protocol of the source
                    1 | [rtsp @ 0x1] [error] method SETUP failed: 461 Unsupported transport | SOURCE_PERMANENT | the source refuses the transport of its media (rtsp-transport)
                    1 | [error] rtsp://h/1: Invalid data found when processing input | SOURCE_TRANSIENT | the source closed the RTSP connection, or did not respond in time (xg2g.ffmpeg.source-timeout)
                    1 | processAsyncConnectRequest: REJECT reported from HS processing: Incorrect passphrase - x [error] srt://h: Input/output error | SOURCE_UNAUTHORIZED | the source refuses the passphrase
                    1 | REJECT reported from HS processing: Password required or unexpected - x [error] srt://h: Input/output error | SOURCE_UNAUTHORIZED | the source refuses the passphrase
                    1 | [rtp @ 0x1] [error] Unable to receive RTP payload type 96 without an SDP file describing it | UNSUPPORTED_MEDIA | the source sends RTP of payload type 96, whose format it does not describe; an rtp source has MPEG-TS, payload type 33
                    1 | [tcp @ 0x1] [error] Failed to resolve hostname h: Name or service not known | SOURCE_TRANSIENT | the source cannot be reached
                    1 | [error] udp://h:1: Input/output error | SOURCE_TRANSIENT | the source cannot be reached
                    1 | [error] rtsp://h: Connection timed out | SOURCE_TRANSIENT | the source sent nothing for too long (xg2g.ffmpeg.source-timeout)
                    1 | [error] pipe:0: Invalid data found when processing input | UNSUPPORTED_MEDIA | the source's data is not in a supported media format
                    8 | [error] http://h/: Server returned 5XX Server Error reply | SOURCE_TRANSIENT | the source responds with a server error
                    0 | [warning] Connection refused | SOURCE_ENDED | the source has ended
                    0 | [mov,mp4,m4a,3gp,3g2,mj2 @ 0x1] [error] stream 1, offset 0x30: partial file | UNSUPPORTED_MEDIA | the index of the source's MP4 file is at its end, and its server does not support byte ranges (RFC 9110, section 14); it can be moved to the beginning by ffmpeg -c copy -movflags faststart
                    0 | [mov,mp4,m4a,3gp,3g2,mj2 @ 0x1] [error] stream 1, offset 0x90230: partial file | SOURCE_ENDED | the source has ended
                    1 | [ffv1 @ 0x1] Codec (ffv1) not on whitelist - Invalid data found when processing input | UNSUPPORTED_MEDIA | the codec ffv1 is not supported; supported: NAMES
                    137 | '' | CRASH | ffmpeg was terminated by signal 9
                    255 | '' | CRASH | ffmpeg was terminated by another process
                    1 | '' | CRASH | ffmpeg failed with exit code 1
                    """)
    void theEndOfASourceIsClassifiedAsTransientOrPermanent(int code, String said, Failure.Kind kind, String detail) {
        assertThat(SourceFailures.classify(code, said))
                .isEqualTo(new Failure(kind, detail.replace("NAMES", Decoders.NAMES)));
    }

    @Test
    void videoThatMpegTsCannotCarryIsReportedByTheMuxer() {
        String said =
                "[mpegts @ 0x1] [warning] Stream %d, codec %s, is muxed as a private data stream and may not be recognized";

        assertThat(SourceFailures.uncarriedVideo(said.formatted(0, "mjpeg"))).contains("mjpeg");
        assertThat(SourceFailures.uncarriedVideo(said.formatted(0, "pcm_alaw") + said.formatted(1, "vp9")))
                .contains("vp9");
        assertThat(SourceFailures.uncarriedVideo(said.formatted(1, "pcm_alaw"))).isEmpty();
        assertThat(SourceFailures.uncarriedVideo(said.formatted(1, "adpcm_g726le")))
                .isEmpty();
        assertThat(SourceFailures.uncarriedVideo(said.formatted(0, "theora") + said.formatted(1, "vorbis")))
                .contains("theora");
        // Not supported: the child that encodes it names it.
        assertThat(SourceFailures.uncarriedVideo(said.formatted(0, "ffv1"))).contains("ffv1");
    }

    private static SegmenterOptions options(boolean video, boolean audio) {
        return new SegmenterOptions(video, audio ? List.of(new AudioOutput(0, AudioTrackInfo.UNKNOWN)) : List.of());
    }

    private static String segmenter(boolean video, boolean audio) {
        return String.join(" ", MediaCommands.segmenter("ffmpeg", options(video, audio)));
    }
}
