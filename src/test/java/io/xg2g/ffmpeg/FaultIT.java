package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.Device;
import io.xg2g.process.ProcessPriority;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Failures during a unit, and cleanup after them. */
@Timeout(300)
class FaultIT {
    @TempDir
    Path directory;

    @Test
    void aKilledFfmpegIsACrash() throws Exception {
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(directory, Map.of())) {
            TranscodeOutcome outcome = signalled(engine, "KILL");

            assertThat(failure(outcome))
                    .isEqualTo(new Failure(Failure.Kind.CRASH, "ffmpeg was terminated by signal 9"));
            assertThat(engine.remainingFiles()).isEmpty();
        }
    }

    @Test
    void aStoppedFfmpegIsDetectedByTheStallWatchdog() throws Exception {
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(
                directory, Map.of("stall-timeout", Patience.setting(2), "stop-grace", "100ms"))) {
            TranscodeOutcome outcome = signalled(engine, "STOP");

            assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.CRASH);
            assertThat(failure(outcome).detail()).contains("no progress", "xg2g.ffmpeg.stall-timeout");
            assertThat(engine.remainingFiles()).isEmpty();
        }
    }

    @Test
    @Tag("nightly")
    void aRunThatTakesTooLongIsEnded() throws Exception {
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(
                directory, failing("lengthy", "exec ffmpeg -re \"$@\"", "run-timeout", "5s"))) {
            TranscodeUnit unit = engine.unit(TestMedia.lengthy(), "480p", Container.MPEG_TS);

            TranscodeOutcome outcome = engine.run(unit);

            assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.RUN_TIMEOUT);
            assertThat(failure(outcome).detail()).contains("5 s", "xg2g.ffmpeg.run-timeout");
            assertThat(unit.outputDirectory()).isEmptyDirectory();
        }
    }

    @Test
    void interruptionStopsTheRunAndLeavesNoFiles() throws Exception {
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(directory, Map.of())) {
            TranscodeUnit unit = engine.unit(TestMedia.lengthy(), "480p", Container.MPEG_TS);
            CountDownLatch moving = new CountDownLatch(1);
            AtomicReference<TranscodeOutcome> outcome = new AtomicReference<>();
            Thread runner = Thread.ofVirtual()
                    .start(() -> outcome.set(engine.transcoder.transcode(
                            unit, Device.SOFTWARE, ProcessPriority.NORMAL, share -> moving.countDown())));

            moving.await();
            runner.interrupt();
            runner.join();

            assertThat(failure(outcome.get()).kind()).isEqualTo(Failure.Kind.STOPPED);
            assertThat(unit.outputDirectory()).isEmptyDirectory();
            assertThat(children()).isEmpty();
        }
    }

    @Test
    void aMissingFfmpegIsReported() throws Exception {
        try (TranscodingSetup engine = new TranscodingSetup(directory, Map.of("path", "/nowhere/ffmpeg"))) {
            assertThat(engine.probe.problem())
                    .contains("ffmpeg cannot be started (xg2g.ffmpeg.path): No such file or directory");

            TranscodeOutcome outcome = engine.run(engine.unit(TestMedia.progressive(), "480p", Container.MPEG_TS));

            assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.DEVICE_FAULT);
            assertThat(failure(outcome).detail()).contains("xg2g.ffmpeg.path");
        }
    }

    @Test
    void anFfmpegThatIsRemovedLaterIsReported() throws Exception {
        Path program = FakeFfmpeg.script(directory.resolve("fake"), "exec ffmpeg \"$@\"");
        try (TranscodingSetup engine =
                TranscodingSetup.withInstalledEncoders(directory, Map.of("path", program.toString()))) {
            TranscodeUnit unit = engine.unit(TestMedia.progressive(), "480p", Container.MPEG_TS);
            Files.delete(program);

            TranscodeOutcome outcome = engine.run(unit);

            assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.CRASH);
            assertThat(failure(outcome).detail()).contains("xg2g.ffmpeg.path").doesNotContain("fake");
        }
    }

    @Test
    void aMissingFfprobeIsReported() {
        try (TranscodingSetup engine =
                TranscodingSetup.withInstalledEncoders(directory, Map.of("ffprobe-path", "/nowhere/ffprobe"))) {
            assertThat(engine.inspector.inspect(TestMedia.progressive(), ProcessPriority.NORMAL))
                    .isEqualTo(new Inspection.Rejected(new Failure(
                            Failure.Kind.CRASH,
                            "ffprobe cannot be started (xg2g.ffmpeg.ffprobe-path): No such file or directory")));
        }
    }

    @Test
    void aHangingFfprobeIsEnded() throws IOException {
        Path program = FakeFfmpeg.script(directory.resolve("fake"), "exec sleep 100");
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(
                directory, Map.of("ffprobe-path", program.toString(), "inspect-timeout", "300ms"))) {
            var rejected =
                    (Inspection.Rejected) engine.inspector.inspect(TestMedia.progressive(), ProcessPriority.NORMAL);

            assertThat(rejected.failure().kind()).isEqualTo(Failure.Kind.RUN_TIMEOUT);
            assertThat(engine.remainingFiles()).isEmpty();
        }
    }

    @Test
    void exitZeroWithoutOutputIsACrash() throws Exception {
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(
                directory, failing("progressive", "echo frame=75; echo progress=end; exit 0"))) {
            TranscodeUnit unit = engine.unit(TestMedia.progressive(), "abr", Container.MP4);

            TranscodeOutcome outcome = engine.run(unit);

            assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.CRASH);
            assertThat(unit.outputDirectory()).isEmptyDirectory();
        }
    }

    @Test
    void exitZeroWithATruncatedOutputIsACrash() throws Exception {
        String half = "ffmpeg \"$@\"; for last; do :; done; truncate -s 188000 \"${last#file:}\"; exit 0";
        try (TranscodingSetup engine =
                TranscodingSetup.withInstalledEncoders(directory, failing("progressive", half))) {
            TranscodeUnit unit = engine.unit(TestMedia.progressive(), "480p", Container.MPEG_TS);

            TranscodeOutcome outcome = engine.run(unit);

            assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.CRASH);
            assertThat(failure(outcome).detail()).contains("ffmpeg encoded 75");
            assertThat(unit.outputDirectory()).isEmptyDirectory();
        }
    }

    @Test
    void anExceededFileSizeLimitIsADiskFailure() throws Exception {
        // SIGXFSZ is ignored, so that writing fails without a signal, as on a full disk.
        String small = "trap '' XFSZ; ulimit -f 64; exec ffmpeg \"$@\"";
        for (Container container : List.of(Container.MPEG_TS, Container.MP4)) {
            try (TranscodingSetup engine =
                    TranscodingSetup.withInstalledEncoders(directory, failing("progressive", small))) {
                TranscodeUnit unit = engine.unit(TestMedia.progressive(), "480p", container);

                TranscodeOutcome outcome = engine.run(unit);

                assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.DISK);
                assertThat(unit.outputDirectory()).isEmptyDirectory();
            }
        }
    }

    /** Deleted at once or at the end of the run. */
    @ParameterizedTest
    @ValueSource(strings = {"$delete; exec ffmpeg \"$@\"", "ffmpeg \"$@\"; $delete; exit 0", "$delete; exit 1"})
    void filesDeletedDuringTheRunAreADiskFailure(String commands) throws Exception {
        String delete = "for last; do :; done; last=${last#file:}; rm -r \"${last%/*}\"";
        try (TranscodingSetup engine = TranscodingSetup.withInstalledEncoders(
                directory, failing("progressive", commands.replace("$delete", delete)))) {
            TranscodeUnit unit = engine.unit(TestMedia.progressive(), "480p", Container.MPEG_TS);

            TranscodeOutcome outcome = engine.run(unit);

            assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.DISK);
        }
    }

    @Test
    void tooLittleFreeSpaceIsReportedBeforeTheRun() throws Exception {
        try (TranscodingSetup engine =
                TranscodingSetup.withInstalledEncoders(directory, Map.of("min-free-disk", "1T"))) {
            TranscodeOutcome outcome = engine.run(engine.unit(TestMedia.progressive(), "480p", Container.MPEG_TS));

            assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.DISK);
            assertThat(failure(outcome).detail()).contains("1048576 MB", "xg2g.ffmpeg.min-free-disk");
        }
    }

    private Map<String, String> failing(String input, String commands, String... more) throws IOException {
        Path program = FakeFfmpeg.failingOn(directory.resolve("fake"), input, commands);
        return more.length == 0
                ? Map.of("path", program.toString())
                : Map.of("path", program.toString(), more[0], more[1]);
    }

    /** Runs a long unit and sends its ffmpeg a signal as soon as it reports progress. */
    private static TranscodeOutcome signalled(TranscodingSetup engine, String signal) {
        TranscodeUnit unit = engine.unit(TestMedia.lengthy(), "480p", Container.MPEG_TS);
        TranscodeOutcome outcome = engine.transcoder.transcode(
                unit,
                Device.SOFTWARE,
                ProcessPriority.NORMAL,
                share -> children().forEach(child -> kill(signal, child)));
        assertThat(unit.outputDirectory()).isEmptyDirectory();
        engine.work.delete(unit.outputDirectory());
        return outcome;
    }

    private static void kill(String signal, ProcessHandle process) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException broken) {
            throw new AssertionError(broken);
        }
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current()
                .children()
                .filter(ProcessHandle::isAlive)
                .filter(child -> child.info().command().orElse("").endsWith("ffmpeg"))
                .toList();
    }

    private static Failure failure(TranscodeOutcome outcome) {
        assertThat(outcome).isInstanceOf(TranscodeOutcome.Failed.class);
        return ((TranscodeOutcome.Failed) outcome).failure();
    }
}
