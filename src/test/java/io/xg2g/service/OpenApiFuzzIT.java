package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Test that no request to any endpoint causes an internal error or discloses internals. */
class OpenApiFuzzIT {
    /** Seed that found a bug. */
    private static final long FOUND_SOMETHING = 19_192_257_604_954L;

    /** Of each operation. */
    private static final int FEW = 12;

    private static final int MANY = 80;
    private static final int AT_ONCE = 8;
    private static final String SECRET = "s3cr3t";
    private static final Set<Integer> FAILURES = Set.of(502, 503, 504);
    private static final Pattern INNARDS =
            Pattern.compile("Exception|\\n\\s+at |io\\.xg2g\\.|java\\.|io\\.quarkus|io\\.vertx");

    @TempDir
    Path directory;

    private record Sent(byte[] request, RawHttp.Answer answer) {
        boolean isBad() {
            String text = answer.text();
            return (answer.status() >= 500 && !FAILURES.contains(answer.status()))
                    || INNARDS.matcher(text).find()
                    || text.contains(SECRET)
                    || text.contains("\nX-Injected");
        }

        @Override
        public String toString() {
            String sent = new String(request, StandardCharsets.UTF_8);
            return sent.substring(0, Math.min(600, sent.length())) + "\n-> "
                    + answer.text().substring(0, Math.min(600, answer.text().length()));
        }
    }

    @Test
    void anyRequestIsAnsweredWithoutSecretsOrInternalErrors() {
        assertHealthy(Long.getLong("xg2g.fuzz.seed", FOUND_SOMETHING), FEW);
    }

    @Test
    @Tag("nightly")
    void manyRequestsOfTheFixedSeedAreAnsweredWithoutSecretsOrInternalErrors() {
        assertHealthy(FOUND_SOMETHING, MANY);
    }

    @RepeatedTest(10)
    @Tag("nightly")
    void randomRequestsAreAnsweredWithoutSecretsOrInternalErrors() {
        assertHealthy(System.nanoTime(), MANY);
    }

    private void assertHealthy(long seed, int each) {
        try (RunningService service = RunningService.start(directory.resolve(Long.toString(seed)), configuration())) {
            JsonObject openApi = new JsonObject(
                    RunningService.get(service.api("/openapi?format=json")).body());
            LiveChannels.add(service, "added", "http://user:" + SECRET + "@127.0.0.1:9/?key=" + SECRET);

            List<Sent> sent = send(service, requests(openApi, new Random(seed), each));

            assertThat(sent.stream().filter(Sent::isBad))
                    .as(() -> "seed " + seed + "\n" + service.log())
                    .isEmpty();
            assertThat(sent.stream().filter(s -> s.answer().status() >= 200)).hasSizeGreaterThan(sent.size() / 2);
            assertThat(RunningService.get(service.api("/api/v1/queue")).statusCode())
                    .isEqualTo(200);
            assertThat(service.log())
                    .as("seed %d", seed)
                    .doesNotContain(SECRET)
                    .doesNotContain("unexpected", "ERROR", "URI tags")
                    .doesNotContainPattern("\\n\\s+at ");
        }
    }

    private Map<String, String> configuration() {
        return Map.of(
                "xg2g.live.channels-file", directory.resolve("channels.json").toString(),
                "xg2g.live.channels.known.url", "http://user:" + SECRET + "@127.0.0.1:9/?key=" + SECRET,
                "xg2g.live.start-timeout", "1s",
                "xg2g.transcode.body-timeout", "1s",
                "xg2g.receivers.box.url", "http://127.0.0.1:9",
                "xg2g.receivers.box.username", "user",
                "xg2g.receivers.box.password", SECRET);
    }

    private static List<byte[]> requests(JsonObject openApi, Random random, int each) {
        RandomRequests fuzz = new RandomRequests(random, openApi);
        List<byte[]> requests = new ArrayList<>();
        JsonObject paths = openApi.getJsonObject("paths");
        for (String path : paths.fieldNames()) {
            for (String method : paths.getJsonObject(path).fieldNames()) {
                if (paths.getJsonObject(path).getValue(method) instanceof JsonObject operation) {
                    for (int n = 0; n < each; n++) {
                        requests.add(fuzz.request(method.toUpperCase(java.util.Locale.ROOT), path, operation));
                    }
                }
            }
        }
        assertThat(requests).hasSizeGreaterThan(15 * each);
        return requests;
    }

    private static List<Sent> send(RunningService service, List<byte[]> requests) {
        ConcurrentLinkedQueue<byte[]> left = new ConcurrentLinkedQueue<>(requests);
        ConcurrentLinkedQueue<Sent> sent = new ConcurrentLinkedQueue<>();
        try (ExecutorService clients = Executors.newFixedThreadPool(AT_ONCE)) {
            for (int n = 0; n < AT_ONCE; n++) {
                clients.execute(() -> {
                    for (byte[] request = left.poll(); request != null; request = left.poll()) {
                        try {
                            sent.add(new Sent(request, RawHttp.sendAnything(service.api("/"), request)));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                });
            }
        }
        return List.copyOf(sent);
    }
}
