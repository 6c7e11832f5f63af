package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.HostileMedia;
import io.xg2g.schedule.Patience;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Floods against the packaged program with its default limits, with a viewer. Ten seconds after the end of each the state
 * is as before: the page, the health, the viewer, and the resources of the program.
 */
@Tag("nightly")
@Tag("alone")
class AttackIT {
    private static final Duration RECOVERY = Patience.seconds(10);
    private static final int CHANNELS = 40;

    /** Time after which a channel without viewers stops: the shortest allowed. */
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(5);

    /** Heap of a machine with 2 GB of memory: unbounded buffers fill it soon, and the program exits. */
    private static final String HEAP = "512m";

    private static final String TOKEN = "xg2g_viewer";

    /** Token of the floods of streams and uploads: an operator, which other floods are not. */
    private static final String ATTACKER = "xg2g_attack";

    /** Maximum number of log lines per attack. */
    private static final int LOG_LINES = 5000;

    /** A flood of bounded duration. */
    private record Attack(String name, Flood flood) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Flood {
        void against(int port, String token) throws Exception;
    }

    static Stream<Attack> attacks() {
        List<String> channels =
                IntStream.range(0, CHANNELS).mapToObj(AttackIT::channel).toList();
        Random random = new Random(15);
        return Stream.of(
                new Attack(
                        "100,000 random methods and labels",
                        (port, _) -> RequestAttacks.randomWords(port, random, 100_000)),
                new Attack(
                        "HTTP/2, 4 x 20,000 streams, zero window",
                        (port, token) -> new StreamAttacks(port, token).zeroWindow(20_000)),
                new Attack(
                        "1,500 stalled HTTP/2 readers",
                        (port, token) -> new StreamAttacks(port, token).stalledStreams(1500, 10)),
                new Attack(
                        "1,000 stalled HTTP/1.1 readers",
                        (port, token) -> new StreamAttacks(port, token).stalledConnections(1000, 10)),
                new Attack(
                        "1,000 stalled readers of renditions",
                        (port, token) -> new StreamAttacks(port, token).stalledRenditions(1000, 10)),
                new Attack("hostile uploads", (port, token) -> MediaAttack.upload(port, token, 6)),
                new Attack("40 channels at once", (port, token) -> {
                    new StreamAttacks(port, token).channels(channels, 10);
                    // Channels without viewers stop after their idle time; until then they are part of the attack.
                    Thread.sleep(IDLE_TIMEOUT);
                }),
                new Attack("10,000 ambiguous requests", (port, _) -> RequestAttacks.garbage(port, random, 10_000)),
                new Attack("10,000 cross-site POSTs", (port, _) -> RequestAttacks.crossSite(port, 10_000)),
                new Attack("2,000 slow heads", (port, _) -> RequestAttacks.slowHeads(port, 2000, 20)),
                new Attack("1,000 heads of 1 MB", (port, _) -> RequestAttacks.largeHeads(port, 1000)),
                new Attack("10,000 requests worth logging", (port, _) -> RequestAttacks.log(port, 10_000)));
    }

    private static String channel(int number) {
        return "c" + number;
    }

    @Nested
    class WithoutIdentities extends Attacked {
        WithoutIdentities() {
            super("", "", Map.of());
        }
    }

    @Nested
    class WithAnApiToken extends Attacked {
        WithAnApiToken() throws Exception {
            super(
                    TOKEN,
                    ATTACKER,
                    Map.of(
                            "xg2g.security.tokens.tv.sha256",
                            sha256(TOKEN),
                            "xg2g.security.tokens.tv.role",
                            "viewer",
                            "xg2g.security.tokens.attacker.sha256",
                            sha256(ATTACKER),
                            "xg2g.security.tokens.attacker.role",
                            "operator"));
        }

        private static String sha256(String token) throws Exception {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** A service with a permanent viewer. */
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    abstract static class Attacked {
        private final String token;
        private final String attacker;
        private final Map<String, String> identities;
        private RunningService service;
        private HlsViewer viewer;

        Attacked(String token, String attacker, Map<String, String> identities) {
            this.token = token;
            this.attacker = attacker;
            this.identities = identities;
        }

        @BeforeAll
        void start(@TempDir Path directory) throws Exception {
            Map<String, String> configuration = new TreeMap<>(identities);
            configuration.putAll(Map.of(
                    "xg2g.gpu.software.slots", "auto",
                    "xg2g.rate-limit.enabled", "true",
                    "xg2g.http.max-connections-per-client", "256",
                    "xg2g.live.max-streams-per-client", "32",
                    "xg2g.live.idle-timeout", IDLE_TIMEOUT.toString(),
                    "xg2g.live.demo", "true"));
            String clip = Clips.mpeg2().toUri().toString();
            IntStream.range(0, CHANNELS)
                    .forEach(i -> configuration.put("xg2g.live.channels." + channel(i) + ".url", clip));
            HostileMedia.all();
            service = RunningService.launch(
                    Map.of("JAVA_TOOL_OPTIONS", "-Xmx" + HEAP), directory.resolve("work"), configuration);
            service.awaitReady();
            viewer = token.isEmpty()
                    ? HlsViewer.watch(service, "demo")
                    : HlsViewer.watchWithToken(service, "demo", token);
            Awaitility.await("a first segment")
                    .atMost(Patience.seconds(60))
                    .until(() -> viewer.video().segments() > 0 && viewer.audio().segments() > 0);
            // Class loading and compilation of the first requests is not counted.
            RequestAttacks.randomWords(port(), new Random(0), 100_000);
            new StreamAttacks(port(), attacker).stalledStreams(320, 2);
            // The first collection shrinks the heap, and what it keeps is resident only when it has been used again.
            ResourceUsage.afterCollection(service);
            RequestAttacks.randomWords(port(), new Random(1), 20_000);
            System.out.printf("%-42s %-7s %s%n", getClass().getSimpleName(), "", "what the service holds");
        }

        @AfterAll
        void end() throws Exception {
            if (viewer != null) {
                viewer.close();
            }
            if (service != null) {
                Files.writeString(Path.of("target", "attack-" + getClass().getSimpleName() + ".log"), service.log());
                service.close();
            }
        }

        @ParameterizedTest
        @MethodSource("io.xg2g.service.AttackIT#attacks")
        void theServiceRecovers(Attack attack) throws Exception {
            ResourceUsage before = ResourceUsage.afterCollection(service);
            long lines = service.log().lines().count();
            print(attack.name(), "before", before);

            ResourceUsage peak = during(attack, before);

            print("", "peak", peak);
            int seen = viewer.video().segments();
            long ended = System.nanoTime();
            Awaitility.await("the page, the health, the viewer, and " + before)
                    .atMost(RECOVERY)
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> {
                        assertThat(RunningService.get(service.api("/")).statusCode())
                                .isEqualTo(200);
                        assertThat(RunningService.get(service.management("/healthz"))
                                        .statusCode())
                                .isEqualTo(200);
                        assertThat(viewer.video().segments()).isGreaterThanOrEqualTo(seen + 2);
                        assertNear(ResourceUsage.afterCollection(service), before);
                    });
            long millis = (System.nanoTime() - ended) / 1_000_000;
            print("", String.format(Locale.ROOT, "%.1f s", millis / 1e3), ResourceUsage.of(service));
            assertThat(viewer.violations()).isEmpty();
            assertThat(service.log().lines().count() - lines).isLessThan(LOG_LINES);
        }

        /** Runs the attack; returns the maximum of each resource. */
        private ResourceUsage during(Attack attack, ResourceUsage before) throws Exception {
            Throwable[] failure = new Throwable[1];
            Thread flood = Thread.ofVirtual().start(() -> {
                try {
                    attack.flood().against(port(), attacker);
                } catch (Exception e) {
                    failure[0] = e;
                }
            });
            ResourceUsage peak = before;
            while (!flood.join(Duration.ofMillis(500))) {
                peak = peak.atLeast(ResourceUsage.of(service));
            }
            assertThat(failure[0]).isNull();
            return peak;
        }

        private static void assertNear(ResourceUsage now, ResourceUsage before) {
            assertThat(now.residentMiB()).as("MiB resident").isLessThanOrEqualTo(before.residentMiB() * 12 / 10);
            assertThat(now.heapMiB()).as("MiB of heap").isLessThanOrEqualTo(before.heapMiB() * 12 / 10 + 4);
            assertThat(now.threads()).as("threads").isLessThanOrEqualTo(before.threads() + 20);
            assertThat(now.descriptors()).as("descriptors").isLessThanOrEqualTo(before.descriptors() + 20);
            assertThat(now.children()).as("children").isLessThanOrEqualTo(before.children() + 2);
            assertThat(now.series()).as("metric series").isLessThanOrEqualTo(before.series() + 5 * CHANNELS);
        }

        private static void print(String attack, String when, ResourceUsage footprint) {
            System.out.printf("%-42s %-7s %s%n", attack, when, footprint);
        }

        private int port() {
            return service.api("/").getPort();
        }
    }
}
