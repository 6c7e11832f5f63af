package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.await;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Child processes of a channel are killed and hang during playback. */
class LiveProcessesIT {
    private static final String SEGMENTER = "pipe:0";
    private static final String ENCODER = "+cmaf";

    @TempDir
    static Path directory;

    private static TsServer source;
    private static RunningService service;
    private static HlsViewer viewer;

    @BeforeAll
    static void start() throws IOException {
        source = TsServer.start(Clips.mpeg2());
        service = RunningService.start(
                directory.resolve("work"),
                Map.of(
                        "xg2g.live.channels-file",
                                directory.resolve("channels.json").toString(),
                        "xg2g.live.channels.tv.url", source.uri().toString(),
                        "xg2g.ffmpeg.path", slowEncoder().toString(),
                        // A process that hangs may not have started to write.
                        "xg2g.ffmpeg.start-timeout", "10s",
                        "xg2g.ffmpeg.stall-timeout", "10s"));
        viewer = HlsViewer.watch(service, "tv");
    }

    /** Delays windows by half a second, so that there is one to kill. */
    private static Path slowEncoder() throws IOException {
        Path script = directory.resolve("slow-ffmpeg");
        Files.writeString(script, """
                #!/bin/sh
                case "$*" in *%s*) sleep 0.5 ;; esac
                exec ffmpeg "$@"
                """.formatted(ENCODER));
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    @AfterAll
    static void end() {
        if (viewer != null) {
            viewer.close();
        }
        if (service != null) {
            service.close();
        }
        if (source != null) {
            source.close();
        }
    }

    @Test
    @Tag("nightly")
    @Tag("smoke")
    void aKilledSegmenterIsReplaced() {
        int discontinuities = playing().discontinuities();
        double runs = service.metric("xg2g_live_discontinuities_total");

        children(SEGMENTER).forEach(ProcessHandle::destroyForcibly);

        await("the next run").until(() -> service.metric("xg2g_live_discontinuities_total") > runs);
        awaitMore(4);
        assertThat(viewer.video().discontinuities()).isEqualTo(discontinuities);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void aHungSegmenterIsReplaced() throws Exception {
        int discontinuities = playing().discontinuities();
        double runs = service.metric("xg2g_live_discontinuities_total");
        List<ProcessHandle> hung = children(SEGMENTER);

        signal("STOP", hung);

        await("the next run").until(() -> service.metric("xg2g_live_discontinuities_total") > runs);
        awaitMore(4);
        assertThat(viewer.video().discontinuities()).isEqualTo(discontinuities);
        assertThat(hung).noneMatch(ProcessHandle::isAlive);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void aKilledEncoderLosesAtMostItsWindow() {
        HlsViewer.TrackReader before = playing();
        double lost = service.metric("xg2g_live_gaps_total");
        int discontinuities = before.discontinuities();

        awaitOne(ENCODER).destroyForcibly();

        awaitMore(4);
        assertThat(service.metric("xg2g_live_gaps_total")).isLessThanOrEqualTo(lost + 1);
        assertThat(viewer.video().gaps()).isZero();
        assertThat(viewer.video().discontinuities()).isEqualTo(discontinuities);
        assertThat(viewer.violations()).isEmpty();
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void aHungEncoderLosesItsWindow() throws Exception {
        HlsViewer.TrackReader before = playing();
        double lost = service.metric("xg2g_live_gaps_total");
        int discontinuities = before.discontinuities();
        ProcessHandle hung = awaitOne(ENCODER);

        signal("STOP", List.of(hung));

        awaitMore(5);
        assertThat(service.metric("xg2g_live_gaps_total")).isEqualTo(lost + 1);
        assertThat(viewer.video().gaps()).isZero();
        assertThat(viewer.video().discontinuities()).isEqualTo(discontinuities);
        assertThat(hung.isAlive()).isFalse();
        assertThat(viewer.violations()).isEmpty();
    }

    /** Waits until playback has recovered. */
    private static HlsViewer.TrackReader playing() {
        awaitMore(3);
        return viewer.video();
    }

    private static void awaitMore(int segments) {
        WatchedChannel.awaitMore(viewer, segments);
    }

    private static ProcessHandle awaitOne(String argument) {
        return await("a process with " + argument)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> children(argument), found -> !found.isEmpty())
                .getFirst();
    }

    private static List<ProcessHandle> children(String argument) {
        return service.encoders().stream()
                .filter(child -> child.info().commandLine().orElse("").contains(argument))
                .toList();
    }

    private static void signal(String name, List<ProcessHandle> processes) throws Exception {
        for (ProcessHandle process : processes) {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
    }
}
