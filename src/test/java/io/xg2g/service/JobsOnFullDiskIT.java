package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asynchronous transcodes while the disk is full, or cannot be written. */
@Tag("nightly")
class JobsOnFullDiskIT {
    @TempDir
    Path directory;

    @Test
    void aFullDiskRefusesJobsAndThoseAcceptedWaitForRoom() throws Exception {
        BlockingFfmpeg ffmpeg = new BlockingFfmpeg(directory);
        try (RunningService service = start(ffmpeg)) {
            // Given a running job and two that wait
            JobClient client = new JobClient(service);
            List<String> accepted = List.of(client.accept(""), client.accept(""), client.accept(""));
            client.awaitState(accepted.getFirst(), "running");
            Path filler = service.work().resolve("filler");
            FullDisk.fill(filler);

            // When
            assertRefused(client.post("", Map.of()));
            assertRefused(client.postSource("http://127.0.0.1:9/clip.ts"));
            ffmpeg.open();

            // Then no attempt counts
            JobClient.await("they are put off")
                    .until(() -> service.metric("xg2g_queue_delayed_items", "queue=\"jobs\"") == accepted.size());
            assertRefused(client.post("", Map.of()));
            assertThat(client.ids("queued")).containsExactlyInAnyOrderElementsOf(accepted);

            // And when there is room
            Files.delete(filler);
            for (String id : accepted) {
                JsonObject job = client.awaitState(id, "completed");
                assertThat(job.getInteger("failedAttempts")).isNull();
                client.assertDecodes(job, directory);
            }
            client.awaitState(client.accept(""), "completed");
            assertThat(service.metric("xg2g_queue_items", "queue=\"jobs\"")).isZero();
            assertThat(service.log()).doesNotContain("unexpectedly", "\tat ");
        }
    }

    /** A file system with open files cannot be made read-only, but what is opened on it afterwards can. */
    @Test
    void aReadOnlyDirectoryRefusesJobsAndThoseAcceptedWait() throws Exception {
        BlockingFfmpeg ffmpeg = new BlockingFfmpeg(directory);
        try (RunningService service = start(ffmpeg)) {
            // Given
            JobClient client = new JobClient(service);
            List<String> accepted = List.of(client.accept(""), client.accept(""));
            client.awaitState(accepted.getFirst(), "running");
            String data = directory.resolve("work/data").toString();
            service.runInMountNamespace("mount", "--bind", data, data);
            service.runInMountNamespace("mount", "-o", "remount,bind,ro", data);

            // When
            assertRefused(client.post("", Map.of()));
            assertRefused(client.postSource("http://127.0.0.1:9/clip.ts"));
            ffmpeg.open();

            // Then
            JobClient.await("the result of the first one is not stored")
                    .until(() -> service.metric("xg2g_queue_delayed_items", "queue=\"jobs\"") == 2);
            assertThat(client.ids("queued")).containsExactlyInAnyOrderElementsOf(accepted);

            // And when it can be written again
            service.runInMountNamespace("umount", data);
            for (String id : accepted) {
                client.assertDecodes(client.awaitState(id, "completed"), directory);
            }
            client.awaitState(client.accept(""), "completed");
            assertThat(service.log()).doesNotContain("unexpectedly", "\tat ");
        }
    }

    private RunningService start(BlockingFfmpeg ffmpeg) throws IOException {
        return RunningService.startOnDisk(
                "64m",
                Files.createDirectory(directory.resolve("work")),
                Map.of(
                        "xg2g.gpu.queue.workers", "1",
                        "xg2g.ffmpeg.min-free-disk", "0",
                        "xg2g.ffmpeg.path", ffmpeg.path()));
    }

    private static void assertRefused(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(503);
        assertThat(JobClient.code(response)).isEqualTo("disk-full");
        assertThat(response.headers().firstValueAsLong("Retry-After")).hasValue(30);
    }
}
