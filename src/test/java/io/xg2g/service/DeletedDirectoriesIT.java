package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program's directories, or lock files in them, are deleted while it runs. */
@Tag("nightly")
class DeletedDirectoriesIT {
    @TempDir
    Path directory;

    @Test
    void aDeletedWorkDirectoryIsCreatedAgainAndWorkContinues() throws Exception {
        try (RunningService service = start()) {
            String rendition = finishedRendition(service);
            try (WatchedChannel channel = WatchedChannel.start(service, Clips.mpeg2())) {
                // When
                delete(service.work());

                // Then
                assertThat(transcode(service, "").statusCode()).isEqualTo(200);
                assertThat(RunningService.get(service.management("/readyz")).statusCode())
                        .isEqualTo(200);
                assertThat(service.metric("xg2g_disk_free_bytes")).isPositive();
                HttpResponse<String> lost = RunningService.get(service.api(rendition));
                assertThat(lost.statusCode()).as(lost.body()).isEqualTo(404);
                assertThat(lost.body()).contains("deleted from the data directory");
                channel.awaitMore(5);
                assertThat(channel.viewer().violations()).isEmpty();
            }
            // And persistent files are written there again
            assertThat(LiveChannels.add(service, "radio", "http://127.0.0.1:9/1.ts")
                            .statusCode())
                    .isEqualTo(201);
            assertThat(service.work().resolve("data/channels.json")).content().contains("\"tv\"", "\"radio\"");
            assertThat(service.log())
                    .contains("work directory or its lock file was deleted", "data directory or lock file deleted")
                    .doesNotContain("unexpectedly", "\tat ");
        }
    }

    @Test
    void jobsContinueAfterTheDataDirectoryWasDeleted() throws Exception {
        String running;
        String waiting;
        String fetched;
        Path clips = Files.createDirectory(directory.resolve("clips"));
        Files.copy(TestMedia.progressive(), clips.resolve("clip.ts"));
        BlockingFfmpeg ffmpeg = new BlockingFfmpeg(directory);
        Map<String, String> oneSlot = Map.of("xg2g.gpu.queue.workers", "1", "xg2g.ffmpeg.path", ffmpeg.path());
        try (FileServer files = FileServer.of(clips)) {
            try (RunningService service = RunningService.start(directory.resolve("work"), oneSlot)) {
                // Given
                JobClient client = new JobClient(service);
                running = client.accept("");
                client.awaitState(running, "running");
                waiting = client.accept("");
                fetched = JobClient.accepted(client.postSource(files.at("/clip.ts")));

                // When
                delete(service.work().resolve("data"));

                // Then
                await("it is created again")
                        .untilAsserted(() -> assertThat(service.log())
                                .contains(
                                        "queue files deleted by another program, created again: queue=jobs, itemsLost=0",
                                        "directory of the jobs deleted by another program, created again: openJobs=3"));
                await("events of it")
                        .untilAsserted(
                                () -> assertThat(RunningService.get(service.api("/api/v1/events?type=queue.restored"))
                                                .body())
                                        .contains("\"jobs\"", "\"itemsLost\":\"0\""));
                service.process().destroyForcibly().onExit().get();
            }
            ffmpeg.open();
            try (RunningService service = RunningService.start(directory.resolve("work"), oneSlot)) {
                JobClient client = new JobClient(service);
                for (String lost : List.of(running, waiting)) {
                    assertThat(client.awaitState(lost, "failed")
                                    .getJsonObject("problem")
                                    .getString("detail"))
                            .contains("the input was deleted from the data directory");
                }
                client.assertDecodes(client.awaitState(fetched, "completed"), directory);
                client.awaitState(client.accept(""), "completed");
                assertThat(service.metric("xg2g_queue_items", "queue=\"jobs\"")).isZero();
            }
        }
    }

    @Test
    void jobsAreRefusedWhileTheDataDirectoryCannotBeCreatedAgain() throws Exception {
        try (RunningService service = start()) {
            JobClient client = new JobClient(service);
            Path data = service.work().resolve("data");

            // When a file is in its place
            Files.writeString(directory.resolve("file"), "");
            do {
                delete(data);
            } while (!isReplaced(data));

            // Then
            await("queues are displaced")
                    .until(() -> RunningService.get(service.management("/readyz"))
                            .body()
                            .contains("files deleted by another program"));
            HttpResponse<String> refused = client.post("", Map.of());
            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(JobClient.code(refused)).isEqualTo("disk-full");
            assertThat(refused.body()).contains("the data directory (xg2g.data-dir) was deleted");
            assertThat(service.log()).contains("queue files deleted by another program, and not created again");

            // And when it can be created
            Files.delete(data);
            await("ready")
                    .until(() ->
                            RunningService.get(service.management("/readyz")).statusCode() == 200);
            client.awaitState(client.accept(""), "completed");
            assertThat(service.log()).doesNotContain("unexpectedly", "\tat ");
        }
    }

    /** Puts a file in the place of a deleted directory; false if that was created again before. */
    private boolean isReplaced(Path deleted) throws IOException {
        try {
            Files.createLink(deleted, directory.resolve("file"));
            return true;
        } catch (FileAlreadyExistsException again) {
            return false;
        }
    }

    @Test
    void aRemovedLockFileAdmitsNoSecondProgramAndAllowsARestart() throws Exception {
        Path work = directory.resolve("work");
        try (RunningService first = start()) {
            Files.delete(work.resolve("lock"));
            Files.delete(work.resolve("data/lock"));

            try (RunningService second = launch()) {
                assertThat(second.process().waitFor(Patience.seconds(120).toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                await("its log has ended")
                        .untilAsserted(() -> assertThat(second.log()).contains("is in use by another running program"));
            }
            assertThat(transcode(first, "").statusCode()).isEqualTo(200);
            first.process().destroyForcibly().onExit().get(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS);
        }
        Files.deleteIfExists(work.resolve("lock"));
        Files.createDirectory(work.resolve("u4711"));
        try (RunningService again = start()) {
            assertThat(transcode(again, "").statusCode()).isEqualTo(200);
            assertThat(work.resolve("u4711")).doesNotExist();
        }
    }

    @Test
    void aProgramWhoseDirectoryWasLockedByAnotherExitsWithTheReason() throws Exception {
        Path theirs = directory.resolve("theirs");
        try (RunningService service = start();
                FileChannel lock = FileChannel.open(theirs, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertThat(lock.tryLock()).isNotNull();
            Files.move(
                    theirs,
                    service.work().resolve("lock"),
                    StandardCopyOption.REPLACE_EXISTING,
                    StandardCopyOption.ATOMIC_MOVE);

            assertThat(service.process().waitFor(Patience.seconds(120).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(service.process().exitValue()).as(service.log()).isEqualTo(1);
            await("its log has ended")
                    .untilAsserted(() -> assertThat(service.log())
                            .contains("program ends, its lock file was removed or replaced: xg2g.ffmpeg.work-dir "
                                    + service.work() + " is in use"));
        }
    }

    private RunningService start() {
        RunningService service = launch();
        service.awaitReady();
        return service;
    }

    private RunningService launch() {
        return RunningService.launch(directory.resolve("work"), Map.of());
    }

    /** Path of a rendition of a completed asynchronous transcode. */
    private static String finishedRendition(RunningService service) {
        HttpResponse<String> accepted = transcode(service, "respond-async");
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        String job = "/api/v1/transcodes/" + new JsonObject(accepted.body()).getString("id");
        String rendition = job + "/renditions/480p";
        await("it is done")
                .until(() -> RunningService.get(service.api(rendition)).statusCode() == 200);
        return rendition;
    }

    private static HttpResponse<String> transcode(RunningService service, String preference) {
        return RunningService.send(
                service.post("profile=480p", TestMedia.mpeg2())
                        .header("Prefer", preference)
                        .build(),
                BodyHandlers.ofString());
    }

    /** Deletes the directory atomically by a rename. */
    private void delete(Path work) throws IOException {
        Path aside = directory.resolve("deleted");
        Files.move(work, aside);
        try (Stream<Path> all = Files.walk(aside)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}
