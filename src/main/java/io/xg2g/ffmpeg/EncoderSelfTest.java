package io.xg2g.ffmpeg;

import io.xg2g.gpu.Device;
import io.xg2g.gpu.Vendor;
import io.xg2g.media.Ticks;
import io.xg2g.media.VideoFacts;
import io.xg2g.process.ChildEnvironment;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessPriority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Self-test of a device's encoders: a short synthetic clip is transcoded with the command line of a real unit, and the output's
 * number of frames, keyframe positions and mean brightness are compared with the clip's. Not thread-safe.
 */
final class EncoderSelfTest {
    /** Result of a self-test. */
    sealed interface Result {
        /** The encoder works, at a speed relative to real time. */
        record Passed(double speed) implements Result {}

        /** The encoder does not work. */
        record Rejected(String reason) implements Result {}
    }

    private static final double SECONDS = 2.2;
    private static final Duration MAX_DURATION = Duration.ofMinutes(1);
    private static final int FRAMES = 55;
    private static final int MAX_SESSIONS = 8;
    private static final int THUMBNAIL_PIXELS = 32 * 18;
    private static final double MAX_BRIGHTNESS_ERROR = 6;

    /** Duration of two frames, which the deinterlacer reads before the window, in 90 kHz ticks. */
    private static final long WINDOW_OFFSET = 7200;

    private static final RenditionSpec SPEC = new RenditionSpec("probe", Codec.H264, 720, 3_000_000, 60);

    private final FfmpegSettings settings;
    private final Device device;
    private final Path directory;
    private final Map<String, String> environment;
    private final boolean interlaced;
    private @Nullable Clip clip;

    /**
     * Run of the self-test.
     *
     * @param seconds how long it kept the device busy
     */
    private record Run(VideoFacts facts, double seconds) {}

    /** Clip with the mean value of its pixels. */
    private record Clip(Path file, double brightness) {}

    /** The directory must be empty; its files are deleted by the caller. */
    EncoderSelfTest(FfmpegSettings settings, Device device, Path directory) {
        this.settings = settings;
        this.device = device;
        this.directory = directory;
        this.environment = ChildEnvironment.of(directory);
        // Tests the device's deinterlacer as well; the software deinterlacer would only slow the test down.
        this.interlaced = device.vendor() != Vendor.SOFTWARE;
    }

    Result test(Encoder encoder) {
        try {
            Clip source = clip();
            Container container = encoder.codec() == Codec.AV1 ? Container.MP4 : Container.MPEG_TS;
            Path file = directory.resolve(encoder.ffmpegName());
            RenditionSpec spec =
                    new RenditionSpec(SPEC.name(), encoder.codec(), SPEC.height(), SPEC.bitrate(), SPEC.maxFrameRate());
            var ladder = new Profile.Ladder("probe", List.of(spec));
            Run run = run(
                    new TranscodeUnit(source.file(), media(), ladder, container, directory),
                    Rung.of(media().video(), ladder.renditions()),
                    encoder,
                    file);
            verify(run.facts(), file, source);
            if (interlaced) {
                window(ladder, encoder, source);
            }
            return new Result.Passed(SECONDS / run.seconds());
        } catch (OutputCheck.Defect defect) {
            return new Result.Rejected(defect.what());
        }
    }

    private MediaInfo media() {
        var video = new MediaInfo.Video("h264", 1920, 1080, "yuv420p", interlaced, 25, 1);
        return new MediaInfo("mpegts", Duration.ofMillis((long) (SECONDS * 1000)), video, null);
    }

    /** Transcodes a window of the clip, which tests the filters of a {@link FrameGrid} with the device's frames. */
    private void window(Profile.Ladder ladder, Encoder encoder, Clip source) throws OutputCheck.Defect {
        long begin =
                Math.round(OutputCheck.video(source.file(), Container.MPEG_TS).firstTime() * Ticks.PER_SECOND);
        FrameGrid grid = FrameGrid.of(media().video(), ladder.renditions(), begin + WINDOW_OFFSET);
        List<Rung> rungs = Rung.of(media().video(), ladder.renditions(), grid);
        var unit = new TranscodeUnit(source.file(), media(), ladder, Container.CMAF, directory, grid);
        Path file = directory.resolve(encoder.ffmpegName() + ".window");
        LadderCheck.exact(rungs.getFirst(), run(unit, rungs, encoder, file).facts(), grid);
    }

    private Run run(TranscodeUnit unit, List<Rung> rungs, Encoder encoder, Path file) throws OutputCheck.Defect {
        var target = new CommandLine.Target(device, encoder, settings.softwarePreset(), settings.threads(1), true);
        List<String> command = new ArrayList<>(
                CommandLine.ladder(settings.ffmpeg(), unit, rungs, List.of(file), target, MAX_DURATION));
        if (device.vendor() == Vendor.SOFTWARE) {
            command.addAll(CommandLine.start(settings.ffmpeg()).size(), ProcessorTime.OPTIONS);
        }
        long before = System.nanoTime();
        ChildProcess.Ended ended = ChildProcess.watch(
                settings.bounded(command, ProcessPriority.LIVE),
                directory,
                environment,
                settings.limits(),
                report -> {});
        double seconds = (System.nanoTime() - before) / 1e9;
        if (!ended.success()) {
            throw new OutputCheck.Defect(
                    FailureClassifier.classify(ended, settings.limits()).detail());
        }
        return new Run(
                OutputCheck.video(file, unit.container()),
                ProcessorTime.stated(ended.stderr()).map(ProcessorTime::shared).orElse(seconds));
    }

    private void verify(VideoFacts facts, Path file, Clip source) throws OutputCheck.Defect {
        int expected = interlaced ? 2 * FRAMES : FRAMES;
        if (facts.frames() != expected) {
            throw new OutputCheck.Defect(
                    String.format(Locale.ROOT, "%d of %d frames were encoded", facts.frames(), expected));
        }
        List<Double> keys = facts.keyframes();
        boolean second = keys.stream().anyMatch(time -> Math.abs(time - facts.firstTime() - 2) < 0.05);
        if (keys.size() != 2 || !second) {
            throw new OutputCheck.Defect("keyframes differ from the requested ones: " + keys);
        }
        String thumbnails = thumbnails(List.of(
                settings.ffmpeg(),
                "-nostdin",
                "-loglevel",
                "error",
                "-protocol_whitelist",
                "file",
                "-codec_whitelist",
                Decoders.ALLOWED,
                "-i",
                CommandLine.url(file),
                "-vf",
                "scale=32:18:out_range=pc,format=gray",
                "-fps_mode",
                "passthrough",
                "-f",
                "rawvideo",
                "pipe:1"));
        if (thumbnails.length() != expected * THUMBNAIL_PIXELS) {
            throw new OutputCheck.Defect(String.format(
                    Locale.ROOT,
                    "%d of %d encoded frames can be decoded",
                    thumbnails.length() / THUMBNAIL_PIXELS,
                    expected));
        }
        double error = Math.abs(brightness(thumbnails) - source.brightness());
        if (error > MAX_BRIGHTNESS_ERROR) {
            throw new OutputCheck.Defect(
                    String.format(Locale.ROOT, "mean luma differs from the source's by %.0f of 255", error));
        }
    }

    /** Returns the number of concurrent H.264 sessions of the device, tested from eight downwards. */
    int sessionLimit() {
        Encoder encoder = Encoder.candidates(device.vendor(), Codec.H264).getFirst();
        for (int sessions = MAX_SESSIONS; sessions > 1; sessions--) {
            List<String> command = new ArrayList<>(CommandLine.start(settings.ffmpeg()));
            command.addAll(List.of("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=0.4"));
            for (int i = 0; i < sessions; i++) {
                command.addAll(List.of("-map", "0:v:0", "-pix_fmt", "nv12"));
                command.addAll(encoder.options(
                        1_000_000, 1_000_000, 50, device.index(), settings.softwarePreset(), settings.threads(1)));
                command.addAll(List.of("-f", "null", "-"));
            }
            if (ChildProcess.watch(
                            settings.bounded(command, ProcessPriority.LIVE),
                            directory,
                            environment,
                            settings.limits(),
                            report -> {})
                    .success()) {
                return sessions;
            }
        }
        return 1;
    }

    private Clip clip() throws OutputCheck.Defect {
        Clip known = clip;
        if (known != null) {
            return known;
        }
        Path file = directory.resolve("clip.ts");
        String source = interlaced
                ? "testsrc2=s=1920x1080:r=50:d=" + SECONDS + ",interlace=scan=tff"
                : "testsrc2=s=1920x1080:r=25:d=" + SECONDS;
        List<String> command = new ArrayList<>(List.of(
                settings.ffmpeg(),
                "-nostdin",
                "-loglevel",
                "error",
                "-filter_complex",
                source + ",format=yuv420p,split[v][t];[t]scale=32:18:out_range=pc,format=gray[g]",
                "-map",
                "[v]"));
        // Cheap to encode, with the coding tools of a broadcast that cost most to decode.
        String coding = "-c:v libx264 -preset ultrafast -x264-params cabac=1:deblock=0,0"
                + (interlaced ? ":tff=1 -flags +ilme+ildct" : "");
        command.addAll(List.of(coding.split(" ")));
        command.addAll(List.of("-f", "mpegts", CommandLine.url(file), "-map", "[g]", "-f", "rawvideo", "pipe:1"));
        String thumbnails = thumbnails(command);
        if (thumbnails.length() != FRAMES * THUMBNAIL_PIXELS) {
            throw new OutputCheck.Defect("the test clip could not be encoded");
        }
        Clip made = new Clip(file, brightness(thumbnails));
        clip = made;
        return made;
    }

    private String thumbnails(List<String> command) {
        return ChildProcess.collect(
                        settings.bounded(command, ProcessPriority.LIVE),
                        directory,
                        environment,
                        settings.limits(settings.runTimeout()),
                        2 * MAX_SESSIONS * FRAMES * THUMBNAIL_PIXELS)
                .output();
    }

    private static double brightness(String pixels) {
        return pixels.chars().average().orElse(0);
    }
}
