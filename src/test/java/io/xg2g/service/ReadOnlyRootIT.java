package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program on a read-only root file system, as in a container. */
class ReadOnlyRootIT {
    @TempDir
    Path directory;

    private Path work;
    private Path temporary;

    @BeforeEach
    void prepare() throws IOException {
        work = Files.createDirectory(directory.resolve("work"));
        temporary = Files.createDirectory(directory.resolve("temporary"));
    }

    @Test
    void onlyOwnAndTemporaryDirectoriesAreWritten() throws Exception {
        try (RunningService service = launch(List.of(work, temporary))) {
            service.awaitReady();

            assertThat(RunningService.send(
                                    service.post("profile=480p", TestMedia.mpeg2())
                                            .build(),
                                    BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(LiveChannels.add(service, "door", "http://127.0.0.1:9/1.ts")
                            .statusCode())
                    .isEqualTo(201);
            try (HlsViewer viewer = HlsViewer.watch(service, "demo")) {
                Awaitility.await("a channel plays")
                        .atMost(Patience.seconds(90))
                        .untilAsserted(() -> assertThat(viewer.video().segments())
                                .as("%s", viewer.video())
                                .isGreaterThanOrEqualTo(3));
                assertThat(viewer.violations()).isEmpty();
            }
            // Temporary files may be deleted by other programs.
            assertThat(page(service)).isEqualTo(200);
            clean(temporary);
            assertThat(page(service)).isEqualTo(200);
            assertThat(service.log()).doesNotContain(" WARN ", " ERROR ", "\tat ");
        }
    }

    @Test
    void unwritableDirectoriesFailTheStartWithAReason() throws Exception {
        assertEnds(List.of(work), "the directory for temporary files cannot be written: " + temporary);
        assertEnds(List.of(temporary), "xg2g.data-dir " + work.resolve("data") + " cannot be used");
    }

    private void assertEnds(List<Path> writable, String reason) throws Exception {
        try (RunningService service = launch(writable)) {
            assertThat(service.process().waitFor(Patience.seconds(120).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            Awaitility.await("its log has ended")
                    .untilAsserted(() -> assertThat(service.log())
                            .contains("the program does not start: " + reason, "Read-only file system"));
            assertThat(service.process().exitValue()).isEqualTo(1);
            assertThat(service.log()).doesNotContain("\tat ");
        }
    }

    private RunningService launch(List<Path> writable) {
        return RunningService.launchOnReadOnlyRoot(
                writable, work, Map.of("java.io.tmpdir", temporary.toString(), "xg2g.live.demo", "true"));
    }

    private static int page(RunningService service) {
        return RunningService.get(service.api("/watch.js")).statusCode();
    }

    private static void clean(Path temporary) throws IOException {
        try (Stream<Path> all = Files.walk(temporary)) {
            for (Path path : all.sorted(Comparator.reverseOrder())
                    .filter(path -> !path.equals(temporary))
                    .toList()) {
                Files.delete(path);
            }
        }
    }
}
