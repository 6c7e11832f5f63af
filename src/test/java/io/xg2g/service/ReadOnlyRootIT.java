package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void onlyTheWorkDirectoryIsWritten() throws Exception {
        try (RunningService service = launch(List.of(work))) {
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
            // Extracted pages may be deleted by other programs.
            assertThat(page(service)).isEqualTo(200);
            deletePages();
            assertThat(page(service)).isEqualTo(200);
            assertThat(service.log()).doesNotContain(" WARN ", " ERROR ", "\tat ");
        }
    }

    @Test
    void anUnwritableWorkDirectoryFailsTheStartWithAReason() throws Exception {
        String reason = "xg2g.ffmpeg.work-dir " + work + " cannot be used";
        try (RunningService service = launch(List.of(temporary))) {
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

    private void deletePages() throws IOException {
        try (Stream<Path> all = Files.list(work)) {
            List<Path> pages = all.map(created -> created.resolve("resources/META-INF/resources/watch.js"))
                    .filter(Files::exists)
                    .toList();
            assertThat(pages).hasSize(1);
            Files.delete(pages.getFirst());
        }
    }
}
