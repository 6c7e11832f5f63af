package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.Device;
import io.xg2g.gpu.Vendor;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Argument lists of windows for every encoder family. */
class WindowCommandTest {
    private static final Device L4 = new Device("GPU-1", Vendor.NVIDIA, "NVIDIA L4", 1, "");
    private static final Device ARC = new Device("renderD128", Vendor.INTEL, "Intel GPU", 0, "/dev/dri/renderD128");
    private static final Device RADEON = new Device("renderD129", Vendor.AMD, "AMD GPU", 0, "/dev/dri/renderD129");
    private static final MediaInfo.Video INTERLACED = new MediaInfo.Video("h264", 1920, 1080, "yuv420p", true, 25, 1);
    private static final MediaInfo.Video PROGRESSIVE = new MediaInfo.Video("h264", 1920, 1080, "yuv420p", false, 25, 1);
    private static final MediaInfo.Video NTSC =
            new MediaInfo.Video("h264", 1280, 720, "yuv420p", false, 60_000 / 1001.0, 1);
    private static final String START =
            "ffmpeg -nostdin -hide_banner -nostats -y -loglevel level+warning -progress pipe:1 -stats_period 0.5 ";
    private static final String INPUT = "-copyts -threads 2 -max_error_rate 1 -protocol_whitelist file"
            + " -format_whitelist " + CommandLine.FORMATS + " " + CommandLineTest.DECODERS
            + " -i file:/in.ts -filter_complex_threads 2"
            + " -filter_complex ";
    private static final String NEAR = "settb=1/90000,trim=start_pts=891000:end_pts=1085400";
    private static final String EXACTLY_50 = "trim=start_pts=899100:end_pts=1079100,setpts=PTS-900000"
            + ",fps=50:start_time=0:round=near,tpad=stop=-1:stop_mode=clone,trim=end_frame=100"
            + ",settb=1/90000,setpts=PTS+900000";
    private static final String EXACTLY_25 = "trim=start_pts=898200:end_pts=1078200,setpts=PTS-900000"
            + ",fps=25:start_time=0:round=near,tpad=stop=-1:stop_mode=clone,trim=end_frame=50"
            + ",settb=1/90000,setpts=PTS+900000";
    private static final String TIMES = " -fps_mode passthrough -enc_time_base 1:90000 ";
    private static final String CLOSED = " -flags:v +cgop -bsf:v dump_extra";
    private static final String MUX = " -map_metadata -1 -map_chapters -1 -max_muxing_queue_size 1024"
            + " -fflags +bitexact -video_track_timescale 90000 -avoid_negative_ts disabled -use_editlist 0"
            + " -movflags +cmaf+frag_discont+skip_trailer -f mp4 file:/out/";

    @Test
    void softwareWithARungOfHalfTheRate() {
        String coding = "-c:v libx264 -preset veryfast -profile:v high -crf 23 -maxrate 3000000 -bufsize 1500000"
                + " -g 600 -sc_threshold 0 -threads 2 -bf 0";

        assertThat(command(Device.SOFTWARE, Encoder.LIBX264, INTERLACED, spec(1080, 60), spec(480, 30)))
                .isEqualTo(START + INPUT + "[0:0]" + NEAR
                        + ",bwdif=mode=send_field:parity=auto:deint=all,settb=1/90000," + EXACTLY_50
                        + ",split=2[s0][s1]"
                        + ";[s0]scale=1920:1080:flags=bicubic:out_range=tv,setsar=1,format=yuv420p[v0]"
                        + ";[s1]framestep=2,scale=854:480:flags=bicubic:out_range=tv,setsar=1,format=yuv420p[v1]"
                        + " -map [v0]" + TIMES + coding + CLOSED + MUX + "1080p"
                        + " -map [v1]" + TIMES + coding + CLOSED + MUX + "480p");
    }

    @Test
    void ntscFramesAreCountedFromTheStartOfTheWindow() {
        assertThat(command(Device.SOFTWARE, Encoder.LIBX264, NTSC, spec(720, 60)))
                .contains("[0:0]settb=1/90000,trim=start_pts=899250:end_pts=1079430,setpts=PTS-900000"
                        + ",fps=60000/1001:start_time=0:round=near,tpad=stop=-1:stop_mode=clone,trim=end_frame=120"
                        + ",settb=1/90000,setpts=PTS+900000,scale=");
    }

    @Test
    void softwareHevcAndAv1() {
        assertThat(command(Device.SOFTWARE, Encoder.LIBX265, PROGRESSIVE, spec(Encoder.LIBX265)))
                .contains(
                        "-c:v libx265 -preset veryfast -profile:v main -crf 26 -maxrate 3000000 -bufsize 1500000",
                        "-bf 0" + CLOSED + " -tag:v hvc1" + MUX);
        assertThat(command(Device.SOFTWARE, Encoder.LIBSVTAV1, PROGRESSIVE, spec(Encoder.LIBSVTAV1)))
                .contains("-c:v libsvtav1 -preset 10 -crf 35 -g 600 ", " -flags:v +cgop" + MUX);
    }

    @Test
    void nvenc() {
        assertThat(command(L4, Encoder.H264_NVENC, INTERLACED, spec(720, 60)))
                .isEqualTo(START
                        + "-init_hw_device cuda=cu:1 -filter_hw_device cu -hwaccel cuda -hwaccel_device cu"
                        + " -hwaccel_output_format cuda -extra_hw_frames 8 " + INPUT
                        + "[0:0]" + NEAR + ",format=cuda|nv12|p010le,hwupload"
                        + ",yadif_cuda=mode=send_field:parity=auto:deint=all,settb=1/90000," + EXACTLY_50
                        + ",scale_cuda=1280:720:interp_algo=bicubic:format=nv12,setsar=1[v0]"
                        + " -map [v0]" + TIMES
                        + "-c:v h264_nvenc -gpu 1 -preset p4 -tune ll -rc vbr -bf 0 -forced-idr 1 -no-scenecut 1"
                        + " -b:v 3000000 -maxrate 3000000 -bufsize 1500000 -g 600" + CLOSED + MUX + "720p");
    }

    @Test
    void vaapi() {
        assertThat(command(RADEON, Encoder.H264_VAAPI, INTERLACED, spec(720, 30)))
                .isEqualTo(START
                        + "-init_hw_device vaapi=va:/dev/dri/renderD129 -filter_hw_device va -hwaccel vaapi"
                        + " -hwaccel_device va -hwaccel_output_format vaapi " + INPUT
                        + "[0:0]" + NEAR + ",format=vaapi|nv12|p010le,hwupload,deinterlace_vaapi=rate=frame"
                        + ",settb=1/90000," + EXACTLY_25 + ",scale_vaapi=w=1280:h=720:format=nv12,setsar=1[v0]"
                        + " -map [v0]" + TIMES
                        + "-c:v h264_vaapi -rc_mode VBR -bf 0 -b:v 3000000 -maxrate 3000000 -bufsize 1500000 -g 600"
                        + CLOSED + MUX + "720p");
    }

    @Test
    void qsv() {
        assertThat(command(ARC, Encoder.H264_QSV, INTERLACED, spec(720, 60)))
                .isEqualTo(START
                        + "-init_hw_device vaapi=va:/dev/dri/renderD128 -init_hw_device qsv=qs@va -filter_hw_device qs"
                        + " -hwaccel qsv -hwaccel_device qs -hwaccel_output_format qsv -c:v h264_qsv " + INPUT
                        + "[0:0]" + NEAR + ",vpp_qsv=deinterlace=advanced:framerate=50,settb=1/90000," + EXACTLY_50
                        + ",vpp_qsv=w=1280:h=720:format=nv12,setsar=1[v0]"
                        + " -map [v0]" + TIMES
                        + "-c:v h264_qsv -preset veryfast -bf 0 -forced_idr 1"
                        + " -b:v 3000000 -maxrate 3000001 -bufsize 1500000 -g 600" + CLOSED + MUX + "720p");
    }

    @Test
    void amf() {
        assertThat(command(RADEON, Encoder.HEVC_AMF, PROGRESSIVE, spec(Encoder.HEVC_AMF)))
                .isEqualTo(START + INPUT
                        + "[0:0]settb=1/90000," + EXACTLY_25
                        + ",scale=1280:720:flags=bicubic:out_range=tv,setsar=1,format=nv12[v0]"
                        + " -map [v0]" + TIMES
                        + "-c:v hevc_amf -usage transcoding -rc cbr -qmin 0 -qmax 32"
                        + " -b:v 3000000 -maxrate 3000000 -bufsize 1500000 -g 600 -bf 0" + CLOSED + " -tag:v hvc1"
                        + MUX + "720p");
    }

    @Test
    void aSlateIsTheLastPictureInAllFramesAndIsUploadedLast() {
        String last = "fps=50:start_time=0:round=near,tpad=stop=-1:stop_mode=clone,trim=start_frame=99:end_frame=100"
                + ",drawbox=color=black@0.6:thickness=fill"
                + ",drawtext=text='no signal since 12\\:03\\:10':fontcolor=white:fontsize=h/15"
                + ":x=(w-text_w)/2:y=(h-text_h)/2,split=";
        String scaled = "scale=1280:720:flags=bicubic:out_range=tv,setsar=1,format=yuv420p"
                + ",tpad=stop=-1:stop_mode=clone,framestep=1,trim=end_frame=100,setpts=1*N,settb=1/90000,setpts=PTS+900000";
        Slate slate = new Slate("no signal since 12:03:10");

        assertThat(command(Device.SOFTWARE, Encoder.LIBX264, slate, INTERLACED, spec(720, 60), spec(480, 30)))
                .contains(
                        "[0:0]settb=1/90000,bwdif=mode=send_frame:parity=auto:deint=all,settb=1/90000,trim=",
                        last + "2[s0][s1];[s0]" + scaled + "[v0];[s1]",
                        ",tpad=stop=-1:stop_mode=clone,framestep=2,trim=end_frame=50,setpts=2*N,settb");
        assertThat(command(L4, Encoder.H264_NVENC, slate, INTERLACED, spec(720, 60)))
                .contains(last + "1[s0];[s0]" + scaled + ",format=nv12,hwupload[v0]")
                .doesNotContain("-hwaccel ");
        assertThat(command(RADEON, Encoder.HEVC_AMF, slate, PROGRESSIVE, spec(Encoder.HEVC_AMF)))
                .contains("format=nv12,tpad");
    }

    @Test
    void aWindowHasNoAudioAndNoForcedKeyframes() {
        assertThat(command(Device.SOFTWARE, Encoder.LIBX264, PROGRESSIVE, spec(720, 60)))
                .doesNotContain("0:1", "-c:a", "force_key_frames");
    }

    /** One that follows the keyframes of its source lasts up to 2.4 s, and must have one keyframe only. */
    @ParameterizedTest
    @EnumSource(Encoder.class)
    void noWindowIsLongerThanItsGroupOfPictures(Encoder encoder) {
        String command = command(L4, encoder, PROGRESSIVE, spec(encoder));

        Matcher frames = Pattern.compile("(?: -g |:keyint=)(\\d+)").matcher(command);
        assertThat(frames.find()).as(command).isTrue();
        assertThat(Integer.parseInt(frames.group(1))).isGreaterThan((int) (2.4 * 121));
    }

    @Test
    void aPreviewIsTheFirstFrameOfTheWindow() {
        var unit = new TranscodeUnit(
                Path.of("/in.ts"),
                media(INTERLACED),
                new Profile.Preview("preview", 360),
                Container.MPEG_TS,
                Path.of("/out"),
                new FrameGrid(900_000, 50, 1, 100));

        assertThat(CommandLine.preview("ffmpeg", unit, new Rung.Size(640, 360), Path.of("/out/p"), 2))
                .containsSubsequence(
                        "-copyts",
                        "-filter_complex",
                        "[0:0]bwdif=mode=send_frame:parity=auto:deint=all,settb=1/90000,trim=start_pts=899100"
                                + ",scale=640:360:flags=bicubic:out_range=pc,setsar=1,format=yuvj420p[v0]");
    }

    private static RenditionSpec spec(int height, int rate) {
        return new RenditionSpec(height + "p", Codec.H264, height, 3_000_000, rate);
    }

    private static RenditionSpec spec(Encoder encoder) {
        return new RenditionSpec("720p", encoder.codec(), 720, 3_000_000, 60);
    }

    private static String command(Device device, Encoder encoder, MediaInfo.Video video, RenditionSpec... specs) {
        return command(device, encoder, null, video, specs);
    }

    private static String command(
            Device device, Encoder encoder, @Nullable Slate slate, MediaInfo.Video video, RenditionSpec... specs) {
        List<RenditionSpec> all = List.of(specs);
        FrameGrid grid = FrameGrid.of(video, all, 900_000);
        var unit = new TranscodeUnit(
                Path.of("/in.ts"),
                media(video),
                new Profile.Ladder("unused", all),
                Container.CMAF,
                Path.of("/out"),
                grid,
                slate);
        List<Path> files =
                all.stream().map(spec -> Path.of("/out", spec.name())).toList();
        var target = new CommandLine.Target(device, encoder, "veryfast", 2, true);
        return String.join(
                " ",
                CommandLine.ladder("ffmpeg", unit, Rung.of(video, all, grid), files, target, Duration.ofMinutes(2)));
    }

    private static MediaInfo media(MediaInfo.Video video) {
        return new MediaInfo("mpegts", Duration.ZERO, video, new MediaInfo.Audio(1, "ac3", 48_000, 2));
    }

    @Test
    void hdrIsToneMappedInSoftwareAfterItIsAlignedAndBeforeItIsUploaded() {
        MediaInfo.Video hlg =
                new MediaInfo.Video(0, "hevc", 3840, 2160, "yuv420p10le", false, 25, 1, 0, MediaInfo.DynamicRange.HLG);
        String mapping = ",setparams=color_primaries=bt2020:color_trc=arib-std-b67:colorspace=bt2020nc"
                + ",zscale=w=1280:h=720:f=bicubic:t=linear:npl=203,format=gbrpf32le,zscale=p=bt709"
                + ",tonemap=mobius:desat=0:peak=4.93,zscale=t=bt709:m=bt709:r=tv,format=yuv420p,";
        String tags = " -color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv";

        assertThat(command(Device.SOFTWARE, Encoder.LIBX264, hlg, spec(720, 60), spec(480, 60)))
                .contains("[0:0]settb=1/90000," + EXACTLY_25 + mapping + "split=2[s0][s1]", CLOSED, tags);
        assertThat(command(L4, Encoder.H264_NVENC, hlg, spec(720, 60)))
                .contains(EXACTLY_25 + mapping + "format=nv12,hwupload,scale_cuda=1280:720", tags)
                .doesNotContain("-hwaccel ");
    }
}
