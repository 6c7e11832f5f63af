package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The default rate limits. Every test has its own loopback addresses, which are separate clients. */
@ExtendWith(Services.Resolver.class)
class AdmissionIT {
    private static final int CLIENTS = 60;
    private static final Duration MEASURED = Duration.ofSeconds(10);

    private static final String PROXY = "127.0.0.200";
    private static final String TRANSCODES = "/api/v1/transcodes";

    /** A request for an unknown channel: 404 if admitted. */
    private static final Ask WORK = new Ask("DELETE", "/api/v1/streams/none");

    private static RunningService service;

    @BeforeAll
    static void start(Services services) {
        service = services.own(Map.of(
                "xg2g.rate-limit.enabled", "true", "xg2g.http.trusted-proxies", PROXY, "xg2g.live.demo", "true"));
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void oneAddressIsAdmittedAtItsRateOnAnyNumberOfConnections() throws Exception {
        Measured measured = hammer("ip", "api", _ -> "127.0.1.1", _ -> WORK);
        assertThat(measured.rate()).isCloseTo(10, within(0.2));
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void allAddressesTogetherAreAdmittedAtTheGlobalRate() throws Exception {
        Measured measured = hammer("global", "api", client -> "127.0.2." + (client + 1), _ -> WORK);
        assertThat(measured.rate()).isCloseTo(100, within(2.0));
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void aModeIsAdmittedAtItsRate() throws Exception {
        AtomicLong number = new AtomicLong();
        Measured measured = hammer(
                "mode",
                "gpu",
                client -> "127.0.3." + (client + 1),
                _ -> new Ask("GET", "/live/none" + number.incrementAndGet() + "/master.m3u8"));
        assertThat(measured.rate()).isCloseTo(20, within(0.4));
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void aRetryAfterRetryAfterIsAdmitted() throws Exception {
        exhaust("127.0.4.1");
        List<CompletableFuture<HttpSocket.Answer>> again = new ArrayList<>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor();
                HttpSocket socket = HttpSocket.open("127.0.4.1", port())) {
            while (again.size() < 15) {
                HttpSocket.Answer answer = WORK.on(socket);
                if (answer.status() == 429) {
                    long seconds = Long.parseLong(answer.header("Retry-After"));
                    again.add(CompletableFuture.supplyAsync(
                            () -> work("127.0.4.1"),
                            CompletableFuture.delayedExecutor(seconds, TimeUnit.SECONDS, clients)));
                }
            }
            assertThat(again)
                    .allSatisfy(answer -> assertThat(answer.join().status())
                            .as("%s", answer.join())
                            .isEqualTo(404));
        }
    }

    @Test
    void aRefusalHasTheReasonAndTheBucketState() throws Exception {
        try (HttpSocket client = HttpSocket.open("127.0.5.1", port())) {
            HttpSocket.Answer first = WORK.on(client);
            assertThat(first.header("RateLimit-Policy")).isEqualTo("\"ip\";q=20;w=2");
            assertThat(first.header("RateLimit")).isEqualTo("\"ip\";r=19;t=1");

            HttpSocket.Answer refused = exhaust("127.0.5.1");

            assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
            assertThat(new JsonObject(refused.error()).getString("code")).isEqualTo("rate-limited");
            assertThat(refused.header("RateLimit")).startsWith("\"ip\";r=0;t=");
            assertThat(Long.parseLong(refused.header("Retry-After"))).isBetween(1L, 10L);
        }
    }

    @Test
    void aRefusedBodyIsNotAwaited() {
        // A tenth of a second later there is a token again.
        Awaitility.await().untilAsserted(AdmissionIT::assertARefusedBodyIsNotAwaited);
    }

    private static void assertARefusedBodyIsNotAwaited() throws IOException {
        exhaust("127.0.6.1");
        try (HttpSocket client = HttpSocket.open("127.0.6.1", port())) {
            client.send("POST " + TRANSCODES
                    + "?profile=720p HTTP/1.1\r\nHost: localhost\r\nContent-Type: video/mp2t\r\nExpect: 100-continue\r\n"
                    + "Content-Type: video/mp2t\r\nContent-Length: 50000000\r\n\r\n");

            HttpSocket.Answer refused = client.answer();

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Connection")).isEqualToIgnoringCase("close");
            Awaitility.await().until(client::isClosed);
        }
    }

    @Test
    void forgedHeadersDoNotAvoidLimits() throws Exception {
        assertBudget(
                "127.0.7.1",
                i -> new Ask(
                        "DELETE",
                        WORK.path(),
                        "X-Forwarded-For: 198.51.100." + i,
                        "Forwarded: for=198.51.100." + i,
                        "User-Agent: " + i));
        assertBudget(
                PROXY,
                i -> new Ask(
                        "DELETE",
                        WORK.path(),
                        "X-Forwarded-For: 192.0.2." + i + ", 203.0.113.7",
                        "Forwarded: for=192.0.2." + i));
    }

    @Test
    void otherAddressesOfANetworkDoNotAvoidLimits() throws Exception {
        assertBudget(
                PROXY,
                i -> new Ask(
                        "DELETE", WORK.path(), "X-Forwarded-For: 2001:db8:1:2:" + Integer.toHexString(i * 77) + "::1"));
    }

    @Test
    void otherPathsDoNotAvoidLimits() throws Exception {
        List<String> paths = List.of(
                TRANSCODES,
                TRANSCODES + "/",
                "/api//v1/transcodes",
                TRANSCODES + ";a=b",
                "/api/v1/%74ranscodes",
                "/api/v1/x/../transcodes",
                "/api/v1/channels",
                "/nowhere");
        assertBudget("127.0.8.1", i -> new Ask("POST", paths.get(i % paths.size())));
        assertBudget("127.0.8.2", i -> new Ask("GET", "/live/none" + i + "/stream.ts"));
        // An unknown channel has no playback bucket.
        assertBudget("127.0.8.3", i -> new Ask("GET", "/live/none" + i % 10 + "/audio.aac"));
    }

    @Test
    void clientsBehindATrustedProxyHaveSeparateBuckets() throws Exception {
        long admitted = 0;
        try (HttpSocket proxy = HttpSocket.open(PROXY, port())) {
            for (int i = 0; i < 60; i++) {
                HttpSocket.Answer answer = proxy.ask("DELETE", WORK.path(), "X-Forwarded-For: 198.18.0." + i);
                admitted += answer.status() == 429 && answer.header("RateLimit").contains("ip") ? 0 : 1;
            }
        }
        assertThat(admitted).isEqualTo(60);
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void anAdmittedViewerIsNotInterruptedByItsOwnRequests() throws Exception {
        try (HlsViewer viewer = HlsViewer.watch(service, "demo");
                HttpSocket other = HttpSocket.open(port())) {
            Awaitility.await("a first segment")
                    .atMost(Patience.seconds(60))
                    .until(() -> viewer.video().segments() > 0 && viewer.audio().segments() > 0);
            int before = viewer.video().segments();
            // The bucket of its address is empty all the time.
            Awaitility.await("the next segments")
                    .atMost(Patience.seconds(60))
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> {
                        WORK.on(other);
                        return viewer.video().segments() >= before + 5;
                    });
            int admitted = 0;
            while (WORK.on(other).status() != 429) {
                admitted++;
            }
            assertThat(admitted).as("what has flowed in since it asked last").isLessThan(5);
            assertThat(viewer.violations()).isEmpty();
            assertThat(viewer.video().failure() + viewer.audio().failure()).doesNotContain("rate-limited");
        }
    }

    /** A request without a body. */
    private record Ask(String method, String path, String... headers) {
        HttpSocket.Answer on(HttpSocket socket) throws IOException {
            return socket.ask(method, path, headers);
        }
    }

    /** Admitted requests and elapsed time. */
    private record Measured(long admitted, Duration in) {
        double rate() {
            return admitted / (in.toNanos() / 1e9);
        }
    }

    /**
     * All clients send requests without a pause. After the burst is used up, the refill rate is measured
     * over the elapsed time.
     */
    private static Measured hammer(String scope, String mode, IntFunction<String> address, IntFunction<Ask> ask)
            throws Exception {
        double before = exceeded(scope, mode);
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Long> began = new CompletableFuture<>();
            List<CompletableFuture<Measured>> all = IntStream.range(0, CLIENTS)
                    .mapToObj(client ->
                            CompletableFuture.supplyAsync(() -> ask(scope, address.apply(client), ask, began), clients))
                    .toList();
            CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
            long admitted = all.stream().mapToLong(one -> one.join().admitted()).sum();
            Duration last = all.stream()
                    .map(one -> one.join().in())
                    .max(Duration::compareTo)
                    .orElseThrow();
            assertThat(exceeded(scope, mode)).isGreaterThan(before);
            return new Measured(admitted, last);
        }
    }

    private static Measured ask(String scope, String from, IntFunction<Ask> ask, CompletableFuture<Long> began) {
        try (HttpSocket socket = HttpSocket.open(from, port())) {
            long admitted = 0;
            for (int i = 0; ; i++) {
                boolean counts = began.isDone();
                HttpSocket.Answer answer = ask.apply(i).on(socket);
                long now = System.nanoTime();
                if (answer.status() == 429 && answer.header("RateLimit").startsWith("\"" + scope + "\"")) {
                    began.complete(now);
                } else if (answer.status() != 429 && counts) {
                    admitted++;
                }
                if (counts && now - began.join() > MEASURED.toNanos()) {
                    return new Measured(admitted, Duration.ofNanos(now - began.join()));
                }
            }
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    /** A flood of one address is admitted up to its burst and the refill. */
    private static void assertBudget(String from, IntFunction<Ask> ask) throws IOException {
        long began = System.nanoTime();
        long admitted = 0;
        for (int i = 0; i < 200; i++) {
            // A connection each, since a refused request with a body closes it.
            try (HttpSocket socket = HttpSocket.open(from, port())) {
                admitted += ask.apply(i).on(socket).status() == 429 ? 0 : 1;
            }
        }
        double seconds = (System.nanoTime() - began) / 1e9;
        assertThat(admitted).isBetween(20L, 21 + (long) (10 * seconds));
    }

    /** Sends requests until the bucket is empty; returns the refusal. */
    private static HttpSocket.Answer exhaust(String from) throws IOException {
        try (HttpSocket socket = HttpSocket.open(from, port())) {
            HttpSocket.Answer answer;
            do {
                answer = WORK.on(socket);
            } while (answer.status() != 429);
            return answer;
        }
    }

    private static HttpSocket.Answer work(String from) {
        try (HttpSocket socket = HttpSocket.open(from, port())) {
            return WORK.on(socket);
        } catch (IOException broken) {
            throw new java.io.UncheckedIOException(broken);
        }
    }

    private static double exceeded(String scope, String mode) {
        return service.metric("xg2g_rate_limit_exceeded_total", "scope=\"" + scope + "\"", "mode=\"" + mode + "\"");
    }

    private static int port() {
        return service.api("/").getPort();
    }
}
