package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.Vertx;
import io.xg2g.http.FreePort;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.process.ProcessSettings;
import io.xg2g.process.WorkDirectory;
import io.xg2g.schedule.ManualTime;
import io.xg2g.schedule.Patience;
import io.xg2g.source.LoopbackSources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fetches from a server on loopback, and what becomes of the attempt when one fails. */
class JobSourceFetchIT {
    private static final int LIMIT = 1_000;

    @TempDir
    Path directory;

    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private HttpServer server;
    private WorkDirectory work;

    @BeforeEach
    void start() throws IOException {
        work = new WorkDirectory(
                new ProcessSettings(directory.resolve("work"), 0, Optional.empty(), Duration.ofSeconds(1), 0, 0, 0));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/status/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            answer(exchange, Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)), 0);
        });
        server.createContext("/bytes/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            answer(exchange, 200, Integer.parseInt(path.substring(path.lastIndexOf('/') + 1)));
        });
        // A head and the beginning of a body, and then nothing.
        server.createContext("/silent", exchange -> {
            try (exchange) {
                exchange.sendResponseHeaders(200, 100);
                exchange.getResponseBody().write(1);
                exchange.getResponseBody().flush();
                stopped.await();
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        });
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        stopped.countDown();
        server.stop(0);
        vertx.close().toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        work.close();
    }

    private static void answer(HttpExchange exchange, int status, int bytes) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, bytes == 0 ? -1 : bytes);
            exchange.getResponseBody().write(new byte[bytes]);
        }
    }

    @Test
    void whatWasFetchedIsTheInputOfTheJobWhichRunsAtOnce() throws IOException {
        TranscodeJob job = job("/bytes/" + LIMIT);

        Attempt attempt = sources(0).fetch(job);

        assertThat(attempt).isEqualTo(new Attempt.Postponed(Duration.ZERO));
        assertThat(job.files.input()).hasBinaryContent(new byte[LIMIT]);
        assertThat(job.inputBytes()).isEqualTo(LIMIT);
        assertNothingLeft();
    }

    @ParameterizedTest
    @CsvSource({"404, false", "410, false", "408, true", "425, true", "429, true", "500, true", "503, true"})
    void aStatusThatMayPassIsTriedAgainAndOthersEndTheJob(int status, boolean retryable) throws IOException {
        Attempt attempt = sources(0).fetch(job("/status/" + status));

        assertThat(attempt)
                .isEqualTo(new Attempt.Failed(
                        ProblemType.RECEIVER_FAILED.with("the source responded with status " + status), retryable));
        assertNothingLeft();
    }

    @Test
    void aSourceBeyondTheLimitOfABodyEndsTheJob() throws IOException {
        assertThat(sources(0).fetch(job("/bytes/" + (LIMIT + 1))))
                .isInstanceOfSatisfying(Attempt.Failed.class, failed -> {
                    assertThat(failed.problem().type()).isEqualTo(ProblemType.TOO_LARGE);
                    assertThat(failed.retryable()).isFalse();
                });
        assertNothingLeft();
    }

    @Test
    void aServerThatIsAwayIsTriedAgain() throws IOException {
        TranscodeJob job = job("http://127.0.0.1:" + FreePort.any() + "/");

        assertThat(sources(0).fetch(job)).isInstanceOfSatisfying(Attempt.Failed.class, failed -> {
            assertThat(failed.problem().type()).isEqualTo(ProblemType.RECEIVER_FAILED);
            assertThat(failed.problem().detail()).startsWith("the source does not respond: ");
            assertThat(failed.retryable()).isTrue();
        });
    }

    @Test
    void anAddressThatIsNotAllowedAnyMoreEndsTheJob() throws IOException {
        assertThat(sources(0).fetch(job("http://192.0.2.1/clip.ts")))
                .isInstanceOfSatisfying(Attempt.Failed.class, failed -> {
                    assertThat(failed.problem().type()).isEqualTo(ProblemType.SOURCE_NOT_ALLOWED);
                    assertThat(failed.retryable()).isFalse();
                });
    }

    @Test
    void anInputThatWasDeletedCannotBeFetchedAgain() throws IOException {
        String id = UUID.randomUUID().toString();

        assertThat(sources(0).fetch(job(Jobs.request(id, "client"))))
                .isInstanceOfSatisfying(Attempt.Failed.class, failed -> {
                    assertThat(failed.problem().detail()).contains("xg2g.data-dir");
                    assertThat(failed.retryable()).isFalse();
                });
    }

    @Test
    void aSourceThatTheDiskHasNoRoomForWaits() throws IOException {
        TranscodeJob job = job("/bytes/10");

        assertWaits(sources(Long.MAX_VALUE).fetch(job), ProblemType.DISK_FULL);
        assertThat(job.files.input()).doesNotExist();
        assertNothingLeft();
    }

    private static void assertWaits(Attempt attempt, ProblemType reason) {
        assertThat(attempt).isInstanceOfSatisfying(Attempt.Postponed.class, postponed -> {
            assertThat(postponed.delay()).isEqualTo(Attempt.UNAVAILABLE);
            assertThat(postponed.reason().type()).isEqualTo(reason);
        });
    }

    /** The body never ends, so that a fetch that reads it does not either. */
    @Test
    void aSourceThatTheLimitOfInputsHasNoRoomForWaitsWithoutBeingRead() throws Exception {
        JobLimits limits = new JobLimits(10, 400);
        JobLimits.Reservation other = limits.reserve("client", 150);
        TranscodeJob job = job("/silent");
        job.reserved(limits.reserve("client", 0));

        assertWaits(fetchedSoon(job), ProblemType.JOB_LIMIT_REACHED);

        assertNothingLeft();
        limits.reserve("client", 50).release();
        other.release();
        limits.reserve("client", 200);
    }

    @Test
    void aSourceThatIsLargerThanOneClientMayHaveEndsTheJobWithoutBeingRead() throws Exception {
        TranscodeJob job = job("/silent");
        job.reserved(new JobLimits(10, 199).reserve("client", 0));

        assertThat(fetchedSoon(job)).isInstanceOfSatisfying(Attempt.Failed.class, failed -> {
            assertThat(failed.problem().type()).isEqualTo(ProblemType.TOO_LARGE);
            assertThat(failed.retryable()).isFalse();
        });
        assertNothingLeft();
    }

    private Attempt fetchedSoon(TranscodeJob job) throws Exception {
        return fetch(patient(), job).get(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS);
    }

    @Test
    void aFetchThatIsCancelledBeforeItsServerRespondsDoesNotReadTheResponse() throws Exception {
        CountDownLatch requested = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        server.createContext("/late", exchange -> {
            try (exchange) {
                requested.countDown();
                cancelled.await();
                exchange.sendResponseHeaders(200, 100);
                exchange.getResponseBody().flush();
                stopped.await();
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            }
        });
        JobSources sources = patient();
        TranscodeJob job = job("/late");
        CompletableFuture<Attempt> fetched = fetch(sources, job);
        assertThat(requested.await(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS))
                .isTrue();

        job.discardResult();
        sources.cancel(job.id);
        cancelled.countDown();

        assertThat(fetched.get(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS))
                .isEqualTo(new Attempt.Cancelled());
        assertNothingLeft();
    }

    @Test
    void aCancelledFetchEndsAlthoughItsServerIsSilent() throws Exception {
        JobSources sources = sources(0);
        TranscodeJob job = job("/silent");
        CompletableFuture<Attempt> fetched = fetch(sources, job);
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> sources.fetching() == 1);

        job.discardResult();
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> {
            // The response is known a moment after the fetch has begun.
            sources.cancel(job.id);
            return fetched.isDone();
        });

        assertThat(fetched.get()).isEqualTo(new Attempt.Cancelled());
        assertNothingLeft();
    }

    /** The program would wait for it, and discard what it has fetched. */
    @Test
    void aFetchEndsWithTheProgram() throws Exception {
        JobSources sources = sources(0);
        CompletableFuture<Attempt> fetched = fetch(sources, job("/silent"));
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> sources.fetching() == 1);

        Awaitility.await().atMost(Patience.seconds(30)).until(() -> {
            // The response is known a moment after the fetch has begun.
            sources.close();
            return fetched.isDone();
        });

        assertThat(fetched.get()).isEqualTo(new Attempt.Postponed(Attempt.BUSY));
        assertThat(sources.fetch(job("/bytes/10"))).isEqualTo(new Attempt.Postponed(Attempt.BUSY));
        assertNothingLeft();
    }

    @Test
    void theNinthFetchWaitsForOneOfEight() throws Exception {
        JobSources sources = sources(0);
        List<TranscodeJob> jobs = new ArrayList<>();
        List<CompletableFuture<Attempt>> fetched = new ArrayList<>();
        for (int number = 0; number < 8; number++) {
            TranscodeJob job = job("/silent");
            jobs.add(job);
            fetched.add(fetch(sources, job));
        }
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> sources.fetching() == 8);

        assertThat(sources.hasPlace()).isFalse();

        jobs.forEach(TranscodeJob::discardResult);
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> {
            jobs.forEach(job -> sources.cancel(job.id));
            return fetched.stream().allMatch(CompletableFuture::isDone);
        });
        assertThat(sources.hasPlace()).isTrue();
    }

    @Test
    void aUrlIsCheckedBeforeItsJobIsAccepted() {
        JobSources sources = sources(0);

        assertThat(sources.check("source", url("/clip.ts"))).hasPath("/clip.ts");
        assertRefused(sources, "ftp://127.0.0.1/clip.ts", ProblemType.INVALID_REQUEST);
        assertRefused(sources, "http://[", ProblemType.INVALID_REQUEST);
        assertRefused(sources, "http://192.0.2.1/clip.ts", ProblemType.SOURCE_NOT_ALLOWED);
    }

    private static void assertRefused(JobSources sources, String url, ProblemType type) {
        assertThatThrownBy(() -> sources.check("source", url))
                .isInstanceOfSatisfying(ProblemException.class, refused -> {
                    assertThat(refused.problem().type()).isEqualTo(type);
                    assertThat(refused.problem().detail()).startsWith("source");
                });
    }

    private void assertNothingLeft() throws IOException {
        try (var left = Files.list(directory.resolve("work"))) {
            assertThat(left.filter(Files::isDirectory)).isEmpty();
        }
    }

    private static CompletableFuture<Attempt> fetch(JobSources sources, TranscodeJob job) {
        CompletableFuture<Attempt> fetched = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                fetched.complete(sources.fetch(job));
            } catch (IOException | RuntimeException failure) {
                fetched.completeExceptionally(failure);
            }
        });
        return fetched;
    }

    /** Returns sources with a limit for bodies, and a disk that needs some free bytes. */
    private JobSources sources(long minFree) {
        return sources(minFree, Jobs.config("xg2g.transcode.max-body", Integer.toString(LIMIT)));
    }

    /** Returns sources that wait for a silent server as long as the test takes. */
    private JobSources patient() {
        return sources(0, Jobs.config("xg2g.transcode.body-timeout", "1h"));
    }

    private JobSources sources(long minFree, TranscodeConfig config) {
        return new JobSources(
                LoopbackSources.policy(),
                LoopbackSources.client(vertx),
                new BodyReceiver(work, config),
                work,
                new JobStore(directory, minFree, Jobs.JSON, Jobs::delete),
                config);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private TranscodeJob job(String source) throws IOException {
        return job(Jobs.fetched(UUID.randomUUID().toString(), source.startsWith("/") ? url(source) : source));
    }

    private TranscodeJob job(JobRequest request) throws IOException {
        JobFiles files = Jobs.files(Files.createDirectory(directory.resolve(request.id())));
        return new TranscodeJob(
                request, files, new RefCountedDirectory(files.directory(), Jobs::delete), new ManualTime());
    }
}
