package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asynchronous transcodes of the packaged program, which ends and is started again. */
class DurableJobsIT {
    private static final Map<String, String> KEY = Map.of("Idempotency-Key", "\"8e03978e-40d5\"");

    @TempDir
    Path temp;

    /** Ends the program while jobs are under way. */
    private interface End {
        void of(RunningService service) throws Exception;
    }

    @Test
    @Tag("smoke")
    void everyJobEndsOnceByPriorityAfterAKillAndAnOrderlyEnd() throws Exception {
        endTwiceWithJobsUnderWay(DurableJobsIT::endInOrder);
    }

    @RepeatedTest(20)
    @Tag("nightly")
    void everyJobEndsOnceHoweverOftenTheProgramIsKilled() throws Exception {
        endTwiceWithJobsUnderWay(DurableJobsIT::kill);
    }

    private void endTwiceWithJobsUnderWay(End secondEnd) throws Exception {
        List<String> previews = new ArrayList<>();
        List<String> normal = new ArrayList<>();
        String finished;
        StringBuilder logs = new StringBuilder();
        BlockingFfmpeg ffmpeg = new BlockingFfmpeg(temp);
        try (RunningService first = start(Map.of("xg2g.ffmpeg.path", ffmpeg.path()))) {
            JobClient client = new JobClient(first);
            normal.add(JobClient.accepted(client.post("", KEY)));
            assertThat(JobClient.accepted(client.post("", KEY))).isEqualTo(normal.getFirst());
            for (int n = 0; n < 2; n++) {
                previews.add(client.accept("&priority=preview"));
                normal.add(client.accept(""));
            }
            ffmpeg.open();
            client.awaitState(normal.getFirst(), "completed");
            kill(first);
            logs.append(first.log());
        }
        try (RunningService second = start(Map.of("xg2g.shutdown-grace", "0s"))) {
            JobClient client = new JobClient(second);
            finished = client.get(normal.getFirst()).encode();
            assertKeyBelongsTo(normal.getFirst(), client);
            previews.add(client.accept("&priority=preview"));
            client.awaitState(normal.get(1), "completed");
            secondEnd.of(second);
            logs.append(second.log());
        }
        try (RunningService third = start(Map.of("xg2g.transcode.max-jobs", "2", "xg2g.ffmpeg.path", ffmpeg.path()))) {
            JobClient client = new JobClient(third);
            List<Instant> ends = new ArrayList<>();
            for (List<String> level : List.of(normal, previews)) {
                for (String id : level) {
                    JsonObject job = client.awaitState(id, "completed");
                    ends.add(Instant.parse(job.getString("finishedAt")));
                    client.assertDecodes(job, temp);
                }
            }
            assertThat(client.get(normal.getFirst()).encode())
                    .as("it ended before the first kill")
                    .isEqualTo(finished);
            assertThat(ends)
                    .as(() -> "one slot, by level and then in their order: " + normal + previews + logs + third.log())
                    .isSorted();
            assertThat(client.ids("queued")).isEmpty();
            assertThat(third.metric("xg2g_queue_items", "queue=\"jobs\"")).isZero();
            JobClient.await("nothing is left")
                    .until(() -> third.remainingFiles().isEmpty());
            assertLimitsAreClearRefusals(client, ffmpeg);
        }
    }

    private static void assertKeyBelongsTo(String id, JobClient client) {
        HttpResponse<String> again = client.post("", KEY);
        assertThat(JobClient.accepted(again)).isEqualTo(id);
        assertThat(again.headers().firstValue("Location")).contains(JobClient.PATH + "/" + id);

        HttpResponse<String> other = client.post("&priority=preview", KEY);
        assertThat(other.statusCode()).isEqualTo(422);
        assertThat(JobClient.code(other)).isEqualTo("idempotency-key-reused");
    }

    /** There is room for one job of each client, and no key for callbacks. */
    private static void assertLimitsAreClearRefusals(JobClient client, BlockingFfmpeg ffmpeg) {
        ffmpeg.close();
        String id = client.accept("");

        HttpResponse<String> second = client.post("", Map.of());

        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(JobClient.code(second)).isEqualTo("job-limit-reached");
        assertThat(second.headers().firstValue("Retry-After")).isPresent();
        assertThat(second.body()).contains("xg2g.transcode.max-jobs");
        assertThat(JobClient.code(client.post("&callback=http://127.0.0.1/", Map.of())))
                .as("no secret")
                .isEqualTo("invalid-request");

        // And when there is room
        ffmpeg.open();
        client.awaitState(id, "completed");
        client.accept("");
    }

    private RunningService start(Map<String, String> configuration) {
        Map<String, String> all = new TreeMap<>(
                Map.of("xg2g.gpu.queue.workers", "1", "quarkus.log.category.\"io.xg2g.transcode\".level", "DEBUG"));
        all.putAll(configuration);
        return RunningService.start(temp.resolve("work"), all);
    }

    private static void kill(RunningService service) throws Exception {
        service.process().destroyForcibly().onExit().get(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
    }

    private static void endInOrder(RunningService service) throws Exception {
        service.terminate();
        assertThat(service.process().waitFor(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(service.log()).doesNotContain("ERROR");
    }
}
