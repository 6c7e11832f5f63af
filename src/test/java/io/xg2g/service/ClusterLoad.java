package io.xg2g.service;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Clients that each repeat a transcode as soon as it is answered, and count the answers. {@code close} waits for the last ones. */
public final class ClusterLoad implements AutoCloseable {
    private static final int LEAST_BYTES = 188;
    private static final Pattern RUN = Pattern.compile("transcode;dur=(\\d+)");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, AtomicInteger> outcomes = new ConcurrentHashMap<>();
    private final AtomicLong longestRunMillis = new AtomicLong();
    private volatile boolean ending;

    private ClusterLoad() {}

    /** Starts clients of the requests that the supplier makes. */
    public static ClusterLoad start(int clients, Supplier<HttpRequest> request) {
        ClusterLoad load = new ClusterLoad();
        for (int i = 0; i < clients; i++) {
            load.threads.execute(() -> load.repeat(request));
        }
        return load;
    }

    private void repeat(Supplier<HttpRequest> request) {
        while (!ending) {
            String outcome = outcome(request.get());
            outcomes.computeIfAbsent(outcome, _ -> new AtomicInteger()).incrementAndGet();
            if (!outcome.equals("200")) {
                pause();
            }
        }
    }

    private String outcome(HttpRequest request) {
        try {
            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
            if (answer.statusCode() != 200) {
                return answer.statusCode() + " " + code(answer.body());
            }
            answer.headers().firstValue("Server-Timing").ifPresent(this::ran);
            return answer.body().length < LEAST_BYTES ? "200 of " + answer.body().length + " bytes" : "200";
        } catch (IOException cut) {
            return "cut: " + cut;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            ending = true;
            return "stopped";
        }
    }

    private void ran(String timing) {
        Matcher run = RUN.matcher(timing);
        if (run.find()) {
            longestRunMillis.accumulateAndGet(Long.parseLong(run.group(1)), Math::max);
        }
    }

    /** The longest run of a unit that was answered: its time in a slot, and on the way there and back. */
    public Duration longestRun() {
        return Duration.ofMillis(longestRunMillis.get());
    }

    private static String code(byte[] problem) {
        String text = new String(problem, StandardCharsets.UTF_8);
        return text.startsWith("{") ? new JsonObject(text).getString("code") : text;
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Number of complete results so far. */
    public int results() {
        AtomicInteger count = outcomes.get("200");
        return count == null ? 0 : count.get();
    }

    /** Number of answers by status and problem code, and of connections that were cut. */
    public Map<String, Integer> outcomes() {
        Map<String, Integer> counts = new TreeMap<>();
        outcomes.forEach((outcome, count) -> counts.put(outcome, count.get()));
        return counts;
    }

    @Override
    public void close() {
        ending = true;
        threads.close();
        http.close();
    }
}
