package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.schedule.Patience;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A client that requests jobs, one each second, repeats what was not answered with the same key, and keeps what was accepted. */
final class ClusterJobs implements AutoCloseable {
    private static final long PERIOD_MILLIS = 1000;

    private final ClusterClient client;

    /** Ids of the jobs by their keys. */
    private final Map<String, String> accepted = new ConcurrentHashMap<>();

    private final Map<String, Integer> refused = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean ending;

    private ClusterJobs(ClusterClient client) {
        this.client = client;
        thread = Thread.ofVirtual().start(this::request);
    }

    static ClusterJobs start(ClusterClient client) {
        return new ClusterJobs(client);
    }

    private void request() {
        while (!ending) {
            String key = UUID.randomUUID().toString();
            while (!ending && !isAccepted(key)) {
                pause();
            }
            pause();
        }
    }

    private boolean isAccepted(String key) {
        try {
            HttpResponse<String> answer = client.postJob("profile=480p", TestMedia.progressive(), key);
            if (answer.statusCode() == 202) {
                accepted.put(key, new JsonObject(answer.body()).getString("id"));
                return true;
            }
            refused.merge(reason(answer), 1, Integer::sum);
        } catch (UncheckedIOException cut) {
            refused.merge("cut", 1, Integer::sum);
        }
        return false;
    }

    private static String reason(HttpResponse<String> answer) {
        boolean problem = answer.body().startsWith("{");
        return answer.statusCode() + (problem ? " " + new JsonObject(answer.body()).getString("code") : "");
    }

    private static void pause() {
        try {
            Thread.sleep(PERIOD_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Requests that were not accepted, by status and problem code; each was repeated. */
    Map<String, Integer> refused() {
        return new TreeMap<>(refused);
    }

    /** Requests no more jobs, and waits until all are completed with one result of the same size; returns their number. */
    int awaitAll() {
        close();
        Set<Integer> sizes = new HashSet<>();
        accepted.values().forEach(id -> {
            await(id)
                    .failFast(id + " fails", () -> List.of("failed", "dead").contains(state(id)))
                    .until(() -> state(id).equals("completed"));
            sizes.add(client.sizeOfResult(client.job(id)));
        });
        assertThat(new HashSet<>(accepted.values()))
                .as("each key has a job of its own")
                .hasSize(accepted.size());
        assertThat(sizes).as("sizes of the results of one clip").hasSizeLessThanOrEqualTo(1);
        return accepted.size();
    }

    private static ConditionFactory await(String id) {
        return Awaitility.await(id).atMost(Patience.seconds(120)).pollInterval(Duration.ofMillis(200));
    }

    /** State of a job; a gateway that has just started again may refuse to tell it, but must not have forgotten it. */
    private String state(String id) {
        HttpResponse<String> answer = client.get("/api/v1/transcodes/" + id);
        assertThat(answer.statusCode()).as(answer.body()).isIn(200, 502, 503);
        return answer.statusCode() == 200 ? new JsonObject(answer.body()).getString("state") : "unknown";
    }

    @Override
    public void close() {
        ending = true;
        try {
            thread.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError(stopped);
        }
    }
}
