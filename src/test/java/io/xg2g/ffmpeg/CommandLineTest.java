package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.Device;
import io.xg2g.gpu.Vendor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Complete argument lists: GPU encoders cannot be run everywhere, so they are compared literally. */
class CommandLineTest {
    private static final Path IN = Path.of("/in/a:b.ts");
    private static final Device L4 = new Device("GPU-1", Vendor.NVIDIA, "NVIDIA L4", 1, "");
    private static final Device ARC = new Device("renderD128", Vendor.INTEL, "Intel GPU", 0, "/dev/dri/renderD128");
    private static final Device RADEON = new Device("renderD129", Vendor.AMD, "AMD GPU", 0, "/dev/dri/renderD129");
    private static final MediaInfo.Audio AC3 = new MediaInfo.Audio(1, "ac3", 48_000, 2);
    private static final MediaInfo.Video INTERLACED = new MediaInfo.Video("h264", 1920, 1080, "yuv420p", true, 25, 1);
    private static final MediaInfo.Video PROGRESSIVE = new MediaInfo.Video("h264", 1280, 720, "yuv420p", false, 50, 1);
    private static final MediaInfo.Video TEN_BIT = new MediaInfo.Video("hevc", 3840, 2160, "yuv420p10le", false, 50, 1);
    private static final MediaInfo.Video ANAMORPHIC =
            new MediaInfo.Video("mpeg2video", 720, 576, "yuv420p", true, 25, 64.0 / 45);
    private static final String START =
            "ffmpeg -nostdin -hide_banner -nostats -y -loglevel level+warning -progress pipe:1 -stats_period 0.5 ";
    static final String DECODERS = "-codec_whitelist " + Decoders.ALLOWED + " -max_pixels 35389440";
    private static final String INPUT = "-dts_error_threshold 60 -threads 2 -max_error_rate 1 -protocol_whitelist file"
            + " -format_whitelist " + CommandLine.FORMATS + " " + DECODERS
            + " -i file:/in/a:b.ts -filter_complex_threads 2"
            + " -filter_complex ";
    private static final String TIMES = " -fps_mode vfr -enc_time_base 1:90000 ";
    private static final String KEYS = " -force_key_frames expr:gte(t,n_forced*2) -flags:v +cgop";
    private static final String AUDIO =
            " -c:a aac -profile:a aac_low -ac 2 -ar 48000 -b:a 128k -af asetpts='if(gt(abs(PTS-PREV_INPTS)*TB,60),st(0,ld(0)+PTS-PREV_INPTS-NB_SAMPLES/SR/TB));PTS-ld(0)',aresample=async=1:min_hard_comp=0.004";
    private static final String MUX = " -t 120 -map_metadata -1 -map_chapters -1 -max_muxing_queue_size 1024 ";
    private static final String TS = "-muxdelay 0 -muxpreload 0 -f mpegts file:/out/";
    private static final String MP4 = "-movflags +faststart -video_track_timescale 90000 -f mp4 file:/out/";

    @Test
    void softwareLadder() {
        assertThat(command(Device.SOFTWARE, Encoder.LIBX264, INTERLACED, AC3, Container.MPEG_TS, 1080, 720))
                .isEqualTo(START + INPUT
                        + "[0:0]bwdif=mode=send_field:parity=auto:deint=all,split=2[s0][s1]"
                        + ";[s0]" + fit(1920, 1080) + "[v0]"
                        + ";[s1]" + fit(1280, 720) + "[v1]"
                        + " -map [v0] -map 0:1" + TIMES
                        + "-c:v libx264 -preset veryfast -profile:v high -crf 23 -maxrate 3000000 -bufsize 3000000"
                        + " -g 600 -sc_threshold 0 -threads 2" + KEYS + AUDIO + MUX + TS + "1080p"
                        + " -map [v1] -map 0:1" + TIMES
                        + "-c:v libx264 -preset veryfast -profile:v high -crf 23 -maxrate 3000000 -bufsize 3000000"
                        + " -g 600 -sc_threshold 0 -threads 2" + KEYS + AUDIO + MUX + TS + "720p");
    }

    @Test
    void softwareMakesPixelsSquare() {
        assertThat(command(Device.SOFTWARE, Encoder.LIBX264, ANAMORPHIC, null, Container.MP4, 720))
                .isEqualTo(START + INPUT
                        + "[0:0]bwdif=mode=send_field:parity=auto:deint=all"
                        + "," + fit(1024, 576) + "[v0]"
                        + " -map [v0]" + TIMES
                        + "-c:v libx264 -preset veryfast -profile:v high -crf 23 -maxrate 3000000 -bufsize 3000000"
                        + " -g 600 -sc_threshold 0 -threads 2" + KEYS + MUX + MP4 + "720p");
    }

    @Test
    void softwareHevcAndAv1() {
        assertThat(command(Device.SOFTWARE, Encoder.LIBX265, PROGRESSIVE, null, Container.MP4, 720))
                .isEqualTo(START + INPUT
                        + "[0:0]" + fit(1280, 720) + "[v0]"
                        + " -map [v0]" + TIMES
                        + "-c:v libx265 -preset veryfast -profile:v main -crf 26 -maxrate 3000000 -bufsize 3000000"
                        + " -forced-idr 1 -x265-params"
                        + " log-level=warning:scenecut=0:open-gop=0:keyint=600:min-keyint=1:pools=2"
                        + KEYS + " -tag:v hvc1" + MUX + MP4 + "720p");
        assertThat(command(Device.SOFTWARE, Encoder.LIBSVTAV1, PROGRESSIVE, null, Container.MP4, 720))
                .contains(" -c:v libsvtav1 -preset 10 -crf 35 -g 100 -svtav1-params scd=0:mbr=3000:lp=2" + KEYS + MUX);
    }

    @Test
    void nvenc() {
        String nvenc = "-c:v h264_nvenc -gpu 1 -preset p4 -tune ll -rc vbr -bf 0 -forced-idr 1 -no-scenecut 1"
                + " -b:v 3000000 -maxrate 3000000 -bufsize 3000000 -g 100";
        assertThat(command(L4, Encoder.H264_NVENC, INTERLACED, AC3, Container.MPEG_TS, 1080, 720))
                .isEqualTo(START
                        + "-init_hw_device cuda=cu:1 -filter_hw_device cu -hwaccel cuda -hwaccel_device cu"
                        + " -hwaccel_output_format cuda -extra_hw_frames 8 " + INPUT
                        + "[0:0]format=cuda|nv12|p010le,hwupload,yadif_cuda=mode=send_field:parity=auto:deint=all"
                        + ",split=2[s0][s1]"
                        + ";[s0]scale_cuda=1920:1080:interp_algo=bicubic:format=nv12,setsar=1[v0]"
                        + ";[s1]scale_cuda=1280:720:interp_algo=bicubic:format=nv12,setsar=1[v1]"
                        + " -map [v0] -map 0:1" + TIMES + nvenc + KEYS + AUDIO + MUX + TS + "1080p"
                        + " -map [v1] -map 0:1" + TIMES + nvenc + KEYS + AUDIO + MUX + TS + "720p");
    }

    @Test
    void vaapi() {
        assertThat(command(RADEON, Encoder.H264_VAAPI, INTERLACED, AC3, Container.MP4, 720))
                .isEqualTo(START
                        + "-init_hw_device vaapi=va:/dev/dri/renderD129 -filter_hw_device va -hwaccel vaapi"
                        + " -hwaccel_device va -hwaccel_output_format vaapi " + INPUT
                        + "[0:0]format=vaapi|nv12|p010le,hwupload,deinterlace_vaapi=rate=field"
                        + ",scale_vaapi=w=1280:h=720:format=nv12,setsar=1[v0]"
                        + " -map [v0] -map 0:1" + TIMES
                        + "-c:v h264_vaapi -rc_mode VBR -bf 0 -b:v 3000000 -maxrate 3000000 -bufsize 3000000 -g 100"
                        + KEYS + AUDIO + MUX + MP4 + "720p");
    }

    @Test
    void qsv() {
        assertThat(command(ARC, Encoder.H264_QSV, INTERLACED, AC3, Container.MP4, 720))
                .isEqualTo(START
                        + "-init_hw_device vaapi=va:/dev/dri/renderD128 -init_hw_device qsv=qs@va -filter_hw_device qs"
                        + " -hwaccel qsv -hwaccel_device qs -hwaccel_output_format qsv -c:v h264_qsv " + INPUT
                        + "[0:0]vpp_qsv=deinterlace=advanced:framerate=50"
                        + ",vpp_qsv=w=1280:h=720:format=nv12,setsar=1[v0]"
                        + " -map [v0] -map 0:1" + TIMES
                        + "-c:v h264_qsv -preset veryfast -bf 0 -forced_idr 1"
                        + " -b:v 3000000 -maxrate 3000001 -bufsize 3000000 -g 100" + KEYS + AUDIO + MUX + MP4 + "720p");
    }

    @Test
    void qsvHasAtLeastAMegabit() {
        assertThat(Encoder.H264_QSV.options(300_000, 300_000, 50, 0, "veryfast", 2))
                .containsSequence("-b:v", "1000000", "-maxrate", "1000001", "-bufsize", "1000000");
    }

    @Test
    void amf() {
        assertThat(command(RADEON, Encoder.H264_AMF, PROGRESSIVE, AC3, Container.MP4, 480))
                .isEqualTo(START + INPUT
                        + "[0:0]" + fit(854, 480).replace("yuv420p", "nv12") + "[v0]"
                        + " -map [v0] -map 0:1" + TIMES
                        + "-c:v h264_amf -usage transcoding -rc cbr -qmin 0 -qmax 32"
                        + " -b:v 3000000 -maxrate 3000000 -bufsize 3000000 -g 100" + KEYS + AUDIO + MUX + MP4 + "480p");
    }

    /** An encoder's frame size cannot change: software filters add bars, those of GPUs stretch. */
    @Test
    void videoWhoseShapeChangesHasOneFrameSizeWithTheEncoderOfEveryVendor() {
        String bars = ":eval=frame,pad=1280:720:-1:-1:eval=frame,setsar=1,";
        assertThat(command(Device.SOFTWARE, Encoder.LIBX264, PROGRESSIVE, null, Container.MP4, 720))
                .contains(bars + "format=yuv420p[v0]");
        assertThat(command(RADEON, Encoder.H264_AMF, PROGRESSIVE, null, Container.MP4, 720))
                .contains(bars + "format=nv12[v0]");
        assertThat(command(L4, Encoder.H264_NVENC, PROGRESSIVE, null, Container.MP4, 720))
                .contains("scale_cuda=1280:720:interp_algo=bicubic:format=nv12,setsar=1[v0]");
        assertThat(command(RADEON, Encoder.H264_VAAPI, PROGRESSIVE, null, Container.MP4, 720))
                .contains("scale_vaapi=w=1280:h=720:format=nv12,setsar=1[v0]");
        assertThat(command(ARC, Encoder.H264_QSV, PROGRESSIVE, null, Container.MP4, 720))
                .contains("vpp_qsv=w=1280:h=720:format=nv12,setsar=1[v0]");
    }

    /** The conversion that the device needs would mix the colours of both fields. */
    @Test
    void fieldsWithMoreColoursThanADeviceTakesAreDeinterlacedInSoftware() {
        var fields = new MediaInfo.Video("mpeg2video", 1920, 1080, "yuv422p", true, 25, 1);
        assertThat(command(L4, Encoder.H264_NVENC, fields, null, Container.MP4, 720))
                .contains("[0:0]bwdif=mode=send_field:parity=auto:deint=all,format=nv12,hwupload,scale_cuda")
                .doesNotContain("yadif_cuda");
        assertThat(command(ARC, Encoder.H264_QSV, fields, null, Container.MP4, 720))
                .contains("deint=all,format=nv12,hwupload=extra_hw_frames=64,format=qsv,");
    }

    @Test
    void tenBitVideoIsDecodedOnTheDeviceIfSupported() {
        assertThat(command(L4, Encoder.HEVC_NVENC, TEN_BIT, null, Container.MP4, 1080))
                .contains("-hwaccel cuda", "scale_cuda=1920:1080:interp_algo=bicubic:format=nv12");
        var odd = new MediaInfo.Video("h264", 1920, 1080, "yuv422p10le", false, 25, 1);
        assertThat(command(L4, Encoder.H264_NVENC, odd, null, Container.MP4, 720))
                .doesNotContain("-hwaccel ")
                .contains("[0:0]format=nv12,hwupload,scale_cuda");
        assertThat(command(ARC, Encoder.H264_QSV, odd, null, Container.MP4, 720))
                .doesNotContain("-hwaccel ", "-c:v h264_qsv -i")
                .contains("[0:0]format=nv12,hwupload=extra_hw_frames=64,format=qsv,vpp_qsv=w=1280");
    }

    @Test
    void rotatedVideoIsRotatedBySoftware() {
        var turned =
                new MediaInfo.Video(0, "h264", 1920, 1080, "yuv420p", false, 25, 1, 90, MediaInfo.DynamicRange.SDR);

        assertThat(command(RADEON, Encoder.H264_VAAPI, turned, null, Container.MP4, 720))
                .doesNotContain("-hwaccel ")
                .contains("[0:0]format=nv12,hwupload,scale_vaapi=w=406:h=720");
    }

    @Test
    void framesAreDroppedOnlyAboveTheLimit() {
        var spec = new RenditionSpec("slow", Codec.H264, 720, 1_000_000, 25);
        var fast = new RenditionSpec("fast", Codec.H264, 720, 1_000_000, 60);

        assertThat(graph(PROGRESSIVE, List.of(fast, spec)))
                .isEqualTo("[0:0]split=2[s0][s1]"
                        + ";[s0]" + fit(1280, 720) + "[v0]"
                        + ";[s1]fps=25," + fit(1280, 720) + "[v1]");
        assertThat(graph(INTERLACED, List.of(spec)))
                .startsWith("[0:0]bwdif=mode=send_frame:parity=auto:deint=all,scale=");
    }

    @Test
    void preview() {
        var unit = unit(ANAMORPHIC, AC3, Container.MP4);

        assertThat(String.join(
                        " ",
                        CommandLine.preview(
                                "ffmpeg", unit, Rung.Size.fit(ANAMORPHIC, 360), Path.of("/out/preview.part"), 2)))
                .isEqualTo(START
                        + "-dts_error_threshold 60 -threads 2 -max_error_rate 1 -protocol_whitelist file"
                        + " -format_whitelist " + CommandLine.FORMATS + " " + DECODERS
                        + " -i file:/in/a:b.ts -filter_complex"
                        + " [0:0]bwdif=mode=send_frame:parity=auto:deint=all"
                        + ",scale=640:360:flags=bicubic:out_range=pc,setsar=1,format=yuvj420p[v0]"
                        + " -map [v0] -frames:v 1 -c:v mjpeg -q:v 4 -map_metadata -1 -f mjpeg file:/out/preview.part");
    }

    @Test
    void everyVendorHasItsFamiliesInOrder() {
        assertThat(Encoder.candidates(Vendor.NVIDIA, Codec.AV1)).containsExactly(Encoder.AV1_NVENC);
        assertThat(Encoder.candidates(Vendor.INTEL, Codec.H264)).containsExactly(Encoder.H264_QSV, Encoder.H264_VAAPI);
        assertThat(Encoder.candidates(Vendor.AMD, Codec.HEVC)).containsExactly(Encoder.HEVC_VAAPI, Encoder.HEVC_AMF);
        assertThat(Encoder.candidates(Vendor.SOFTWARE, Codec.HEVC)).containsExactly(Encoder.LIBX265);
        for (Encoder encoder : Encoder.values()) {
            assertThat(Encoder.named(encoder.ffmpegName())).isEqualTo(encoder);
        }
    }

    private static String graph(MediaInfo.Video video, List<RenditionSpec> specs) {
        return FilterGraph.of(Encoder.Family.SOFTWARE, video, Rung.of(video, specs), Rung.bobs(video, specs), false);
    }

    private static String command(
            Device device,
            Encoder encoder,
            MediaInfo.Video video,
            MediaInfo.@Nullable Audio audio,
            Container container,
            int... heights) {
        List<RenditionSpec> specs = Arrays.stream(heights)
                .mapToObj(height -> new RenditionSpec(height + "p", encoder.codec(), height, 3_000_000, 60))
                .toList();
        List<Path> files =
                specs.stream().map(spec -> Path.of("/out").resolve(spec.name())).toList();
        var target = new CommandLine.Target(device, encoder, "veryfast", 2, true);
        return String.join(
                " ",
                CommandLine.ladder(
                        "ffmpeg",
                        unit(video, audio, container),
                        Rung.of(video, specs),
                        files,
                        target,
                        Duration.ofMinutes(2)));
    }

    private static TranscodeUnit unit(MediaInfo.Video video, MediaInfo.@Nullable Audio audio, Container container) {
        return new TranscodeUnit(
                IN,
                new MediaInfo("mpegts", Duration.ofSeconds(2), video, audio),
                new Profile.Ladder("unused", List.of()),
                container,
                Path.of("/out"));
    }

    /** Filters for video of any size and aspect ratio. */
    private static String fit(int width, int height) {
        return ("scale=w='2*round(min(W,H*dar)/2)':h='2*round(min(H,W/dar)/2)':flags=bicubic:out_range=tv:eval=frame"
                        + ",pad=W:H:-1:-1:eval=frame,setsar=1,format=yuv420p")
                .replace("W", Integer.toString(width))
                .replace("H", Integer.toString(height));
    }
}
