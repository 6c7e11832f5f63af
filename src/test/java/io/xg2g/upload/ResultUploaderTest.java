package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.durability.ManualQueueClock;
import io.xg2g.durability.TextSerializer;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueOptions;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.ManualTime;
import io.xg2g.transcode.ResultUploads;
import io.xg2g.transcode.WaitingResults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The uploader of results with jobs on disk, a queue in memory, and a target that fails as it likes. */
class ResultUploaderTest {
    private static final Duration NOW = Duration.ZERO;

    @TempDir
    Path data;

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UploadMetrics metrics = new UploadMetrics(registry);
    private MemoryTarget target = new MemoryTarget(new RandomInput(1));
    private WaitingResults results;
    private HybridQueue<String> queue;
    private ResultUploader uploader;
    private long otherSuccesses;

    @BeforeEach
    void open() throws IOException {
        results = new WaitingResults(data, time);
        queue = HybridQueue.open(
                QueueOptions.named("results").with(new ManualQueueClock(time)).withLease(UploadQueues.LEASE),
                new TextSerializer());
        start();
    }

    @AfterEach
    void close() throws IOException {
        queue.close();
    }

    /** A new run of the program. */
    private void start() {
        start(job -> results.uploads().open(job));
    }

    private void start(Function<String, Optional<ResultUploads.Result>> opening) {
        TargetCircuit circuit =
                new TargetCircuit(time::nanoTime, Backoff.exact(Duration.ofSeconds(1), Duration.ofSeconds(60)));
        uploader = new ResultUploader(new ResultUploader.Parts(
                queue,
                opening,
                target,
                "https://cdn.example.org/live/",
                circuit,
                () -> circuit.successes() + otherSuccesses,
                metrics,
                Runnable::run));
    }

    private String add(String path, Map<String, byte[]> renditions) {
        String id = results.complete(path, renditions);
        queue.add(id);
        return id;
    }

    private void steps() throws InterruptedException {
        while (uploader.consumer().step(NOW)) {}
    }

    @RandomTest(tries = 50)
    void everyResultArrivesAsItWasMadeHoweverTheTargetFails(RandomInput random) throws Exception {
        results.maxBytes = Long.MAX_VALUE;
        target = new MemoryTarget(random);
        start();
        Map<String, byte[]> expected = new LinkedHashMap<>();
        List<String> jobs = new java.util.ArrayList<>();
        for (int n = random.between(1, 5); n > 0; n--) {
            Map<String, byte[]> renditions = new LinkedHashMap<>();
            for (String name : List.of("480p.mp4", "720p.ts", "preview.jpg")) {
                if (random.chance(0.7)) {
                    renditions.put(name, random.bytes(100));
                }
            }
            String path = random.chance(0.5) ? "vod/" + expected.size() : null;
            String id = add(path, renditions);
            jobs.add(id);
            renditions.forEach(
                    (name, bytes) -> expected.put((path == null ? "transcodes/" + id : path) + "/" + name, bytes));
        }
        for (int i = 0; i < 20; i++) {
            target.failing = random.of(0.0, 0.3, 0.6);
            target.gone = random.chance(0.2);
            steps();
            time.advance(Duration.ofMillis(random.between(100, 5000)));
            if (random.chance(0.2)) {
                results.restart();
                JobResults.recover(queue, results.uploads()::waiting);
                start();
            }
        }
        target.failing = 0;
        target.gone = false;
        for (int i = 0; i < 20; i++) {
            time.advance(Duration.ofSeconds(60));
            steps();
        }

        assertThat(queue.stats().items()).isZero();
        assertThat(results.uploads().waiting()).isEmpty();
        for (String job : jobs) {
            assertThat(results.callbacks).contains(job + " uploaded");
        }
        assertThat(target.objects).containsOnlyKeys(expected.keySet());
        expected.forEach((name, bytes) -> assertThat(target.objects.get(name)).isEqualTo(bytes));
    }

    @Test
    void aRefusedRenditionFailsTheUploadWithItsReason() throws Exception {
        target.refused = Set.of("vod/a/720p.mp4");
        String id = add("vod/a", Map.of("480p.mp4", new byte[1], "720p.mp4", new byte[2]));

        steps();

        assertThat(results.state(id)).isEqualTo("failed");
        assertThat(queue.stats().items()).isZero();
        assertThat(ended("failed")).isEqualTo(1);
    }

    private double ended(String outcome) {
        return registry.get("xg2g.upload.results")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void aResultWaitsForATargetThatIsGoneHoweverLongAndTriesItRarely() throws Exception {
        target.gone = true;
        String id = add(null, Map.of("480p.mp4", new byte[1]));
        for (int second = 0; second < 600; second++) {
            steps();
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(results.state(id)).isEqualTo("uploading");
        assertThat(target.requests).isBetween(8, 20);

        target.gone = false;
        time.advance(Duration.ofSeconds(60));
        steps();
        assertThat(results.state(id)).isEqualTo("uploaded");
    }

    @Test
    void aResultThatFailsWhileOthersArriveIsGivenUpAfterItsLastAttempt() throws Exception {
        target.failing = 1;
        String id = add(null, Map.of("480p.mp4", new byte[1]));
        for (int attempt = 0; attempt < FailuresInRow.MAX_ATTEMPTS + 2; attempt++) {
            steps();
            otherSuccesses++;
            time.advance(Duration.ofSeconds(61));
        }
        assertThat(results.state(id)).isEqualTo("failed");
        assertThat(target.requests).isEqualTo(FailuresInRow.MAX_ATTEMPTS);
    }

    @Test
    void aFailureAfterALongOutageDoesNotEndTheUpload() throws Exception {
        target.gone = true;
        String id = add(null, Map.of("480p.mp4", new byte[1], "720p.mp4", new byte[2], "1080p.mp4", new byte[3]));
        for (int attempt = 0; attempt < 2 * FailuresInRow.MAX_ATTEMPTS; attempt++) {
            steps();
            time.advance(Duration.ofSeconds(61));
        }
        // It is overloaded when it is back: others and one rendition of this result arrive, the next one does not.
        target.gone = false;
        otherSuccesses++;
        target.stored = _ -> target.gone = true;
        steps();
        assertThat(target.objects).hasSize(1);
        assertThat(results.state(id)).isEqualTo("uploading");

        target.stored = _ -> {};
        target.gone = false;
        time.advance(Duration.ofSeconds(61));
        steps();
        assertThat(results.state(id)).isEqualTo("uploaded");
    }

    @Test
    void aRenditionThatArrivesEndsTheFailuresOfItsResult() throws Exception {
        Map<String, byte[]> renditions = new LinkedHashMap<>();
        for (int n = 0; n < FailuresInRow.MAX_ATTEMPTS + 2; n++) {
            renditions.put(n + ".mp4", new byte[1]);
        }
        target.stored = _ -> target.gone = true;
        String id = add(null, renditions);
        for (int n = 0; n < renditions.size(); n++) {
            target.gone = false;
            steps();
            time.advance(Duration.ofSeconds(61));
        }
        assertThat(target.objects).hasSize(renditions.size());
        assertThat(results.state(id)).isEqualTo("uploaded");
    }

    @Test
    void aDeletedResultIsNotUploaded() throws Exception {
        String id = add(null, Map.of("480p.mp4", new byte[1]));
        results.delete(id);
        steps();
        assertThat(target.objects).isEmpty();
        assertThat(queue.stats().items()).isZero();
    }

    @Test
    void aResultThatIsDeletedDuringItsUploadCountsAsNeitherUploadedNorFailed() throws Exception {
        start(job -> {
            Optional<ResultUploads.Result> open = results.uploads().open(job);
            results.delete(job);
            return open;
        });
        String id = add(null, Map.of("480p.mp4", new byte[1]));

        steps();

        assertThat(results.state(id)).isEqualTo("gone");
        assertThat(queue.stats().items()).isZero();
        assertThat(ended("uploaded") + ended("failed")).isZero();
        assertThat(results.callbacks).isEmpty();
    }

    @Test
    void resultsWithoutAnItemGetOneAndItemsWithoutAResultAreRemoved() throws Exception {
        String lost = results.complete(null, Map.of("480p.mp4", new byte[1]));
        String twice = add(null, Map.of("480p.mp4", new byte[1]));
        queue.add(twice);
        queue.add("of-no-job");

        JobResults.recover(queue, results.uploads()::waiting);

        assertThat(queue.stats().items()).isEqualTo(2);
        steps();
        assertThat(results.state(lost)).isEqualTo("uploaded");
        assertThat(results.state(twice)).isEqualTo("uploaded");
        assertThat(Files.exists(data.resolve("jobs").resolve(lost))).isTrue();
    }
}
