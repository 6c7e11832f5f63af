package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.xg2g.output.ToxicProxy;
import io.xg2g.schedule.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Leases with a real Redis: nobody else can have a resource while a lease of it is valid. The tests wait most of the time, each with
 * servers of its own, so they run at once.
 */
@Execution(ExecutionMode.CONCURRENT)
class LeasesIT {
    private static final String NEWS = "channel:news";
    private static final Vertx VERTX = Vertx.vertx();

    @TempDir
    Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        Collections.reverse(open);
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @AfterAll
    static void closeVertx() {
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    private <T extends AutoCloseable> T closed(T part) {
        open.add(part);
        return part;
    }

    private RedisProcess redis(boolean journal) throws IOException {
        return closed(new RedisProcess(directory, journal));
    }

    private TestGateway gateway(String name, int port) {
        return closed(new TestGateway(name, VERTX, port));
    }

    @Test
    void twoGatewaysNeverHaveTheSameOfAThousandResources() throws Exception {
        int resources = 1000;
        RedisProcess redis = redis(false);
        AtomicReferenceArray<@Nullable String> holders = new AtomicReferenceArray<>(resources);
        AtomicLongArray fences = new AtomicLongArray(resources);
        List<String> violations = Collections.synchronizedList(new ArrayList<>());
        List<Thread> racers = new ArrayList<>();
        for (String name : List.of("a", "b")) {
            TestGateway gateway = gateway(name, redis.server.port());
            gateway.await("warm-" + name);
            for (int thread = 0; thread < 4; thread++) {
                racers.add(Thread.ofVirtual().unstarted(() -> {
                    List<Integer> order = new ArrayList<>(
                            IntStream.range(0, resources).boxed().toList());
                    Collections.shuffle(order);
                    order.forEach(i -> hold(gateway, name, i, holders, fences, violations));
                }));
            }
        }
        racers.forEach(Thread::start);
        for (Thread racer : racers) {
            racer.join();
        }

        assertThat(violations).isEmpty();
        assertThat(IntStream.range(0, resources).filter(i -> fences.get(i) == 0))
                .isEmpty();
    }

    /** Holds a resource for a moment, if it is free. Threads of one gateway share a lease, so each waits for the others. */
    private static void hold(
            TestGateway gateway,
            String name,
            int i,
            AtomicReferenceArray<@Nullable String> holders,
            AtomicLongArray fences,
            List<String> violations) {
        Optional<Lease> acquired = gateway.acquire("resource:" + i);
        if (acquired.isEmpty() || !holders.compareAndSet(i, null, name)) {
            if (acquired.isPresent()
                    && acquired.get().isValid()
                    && !name.equals(holders.get(i))
                    && holders.get(i) != null) {
                violations.add("resource " + i + " held by " + name + " and " + holders.get(i));
            }
            return;
        }
        Lease lease = acquired.get();
        long before = fences.getAndSet(i, lease.fence());
        if (before > lease.fence()) {
            violations.add("fence of resource " + i + " went back from " + before + " to " + lease.fence());
        }
        LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(2_000_000));
        holders.set(i, null);
        lease.release().join();
    }

    @Test
    void theLatestLeaseIsKnownAfterItsEnd() throws Exception {
        RedisProcess redis = redis(false);
        TestGateway a = gateway("a", redis.server.port());
        TestGateway b = gateway("b", redis.server.port());
        Lease first = a.await(NEWS);
        assertThat(b.leases.latestFence("channel:other").join()).hasValue(0);
        assertThat(b.leases.latestFence(NEWS).join()).hasValue(first.fence());

        first.release().join();
        assertThat(a.leases.latestFence(NEWS).join()).hasValue(first.fence());
        Lease second = b.acquire(NEWS).orElseThrow();
        assertThat(a.leases.latestFence(NEWS).join()).hasValue(second.fence());
        second.release().join();
        assertThat(a.leases.latestFence(NEWS).join()).hasValue(second.fence());

        redis.server.kill();
        assertThat(a.leases.latestFence(NEWS).join()).isEmpty();
    }

    @Test
    void aLeaseOfADeadGatewayEndsAndALeaseThatIsReleasedIsFreeAtOnce() throws Exception {
        RedisProcess redis = redis(false);
        TestGateway a = gateway("a", redis.server.port());
        TestGateway b = gateway("b", redis.server.port());
        Lease first = a.await(NEWS);
        assertThat(first.keep(() -> "written by a").join()).isTrue();
        Awaitility.await().until(() -> b.members.find("a").isPresent());
        assertThat(b.leases.acquire(NEWS).join())
                .isEqualTo(new Ownership.OwnedBy(b.members.find("a").orElseThrow(), first.fence()));

        first.release().join();
        Lease second = b.acquire(NEWS).orElseThrow();
        assertThat(second.state()).isEqualTo("written by a");
        assertThat(second.fence()).isGreaterThan(first.fence());

        b.close();
        Lease third = a.await(NEWS);
        assertThat(second.isValid()).isFalse();
        assertThat(third.fence()).isGreaterThan(second.fence());
        Awaitility.await()
                .atMost(Patience.seconds(10))
                .until(() -> a.members.find("b").isEmpty());
    }

    @Test
    void aLeaseOutlivesAShortRestartOfRedisThatHasLostItsData() throws Exception {
        RedisProcess redis = redis(false);
        TestGateway a = gateway("a", redis.server.port());
        TestGateway b = gateway("b", redis.server.port());
        Lease lease = a.await(NEWS);
        redis.restart(Duration.ofMillis(100));

        Ownership other = Awaitility.await()
                .atMost(Patience.seconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> {
                            Ownership asked = b.leases.acquire(NEWS).join();
                            assertThat(asked instanceof Ownership.Held && lease.isValid())
                                    .as("held twice")
                                    .isFalse();
                            return asked;
                        },
                        asked -> asked instanceof Ownership.OwnedBy || asked instanceof Ownership.Held);
        // On a machine that is so slow that the lease has ended, b may have it.
        assertThat(other instanceof Ownership.OwnedBy || !lease.isValid()).isTrue();
    }

    @Test
    void aLeaseIsLostAfterALongOutageOfRedisThatHasLostItsData() throws Exception {
        RedisProcess redis = redis(false);
        TestGateway a = gateway("a", redis.server.port());
        TestGateway b = gateway("b", redis.server.port());
        Lease lease = a.await(NEWS);
        redis.server.kill();
        Awaitility.await().atMost(Patience.seconds(20)).until(() -> !lease.isValid());
        redis.server.start();
        redis.server.await();

        Lease next = b.await(NEWS);
        assertThat(lease.isValid()).isFalse();
        assertThat(next.fence()).isGreaterThan(lease.fence());
        Awaitility.await().atMost(Patience.seconds(20)).until(lease::isLost);
    }

    @Test
    void aLeaseIsValidAgainAfterALongOutageOfRedisThatHasItsData() throws Exception {
        RedisProcess redis = redis(true);
        TestGateway a = gateway("a", redis.server.port());
        Lease lease = a.await(NEWS);
        assertThat(lease.keep(() -> "5 6 a").join()).isTrue();
        redis.server.kill();
        Awaitility.await().atMost(Patience.seconds(20)).until(() -> !lease.isValid());
        redis.server.start();
        redis.server.await();

        Awaitility.await().atMost(Patience.seconds(30)).until(lease::isValid);
        assertThat(lease.isLost()).isFalse();
    }

    @Test
    @Tag("nightly")
    void aPausedRedisEndsLeasesAndGivesNoneTwice() throws Exception {
        RedisProcess redis = redis(false);
        TestGateway a = gateway("a", redis.server.port());
        TestGateway b = gateway("b", redis.server.port());
        Lease lease = a.await(NEWS);
        redis.server.pause();
        Thread.sleep(Duration.ofSeconds(10));
        assertThat(lease.isValid()).isFalse();
        redis.server.resume();

        Awaitility.await()
                .atMost(Patience.seconds(30))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> b.acquire(NEWS).isPresent() || lease.isValid());
        assertThat(b.acquire(NEWS).isPresent() && lease.isValid()).isFalse();
    }

    @Test
    void aGatewayThatIsCutOffLosesItsLeaseBeforeAnotherOneHasIt() throws Exception {
        RedisProcess redis = redis(false);
        ToxicProxy proxy = closed(new ToxicProxy(redis.server.port()));
        TestGateway a = gateway("a", proxy.port());
        TestGateway b = gateway("b", redis.server.port());
        Lease lease = a.await(NEWS);
        proxy.slowDown(300);
        for (int i = 0; i < 50; i++) {
            assertThat(b.acquire(NEWS).isPresent() && lease.isValid()).isFalse();
            Thread.sleep(100);
        }
        proxy.slowDown(0);
        Lease cut = a.await(NEWS);
        proxy.silence(true);

        Lease next = b.await(NEWS);
        assertThat(cut.isValid()).isFalse();
        assertThat(next.fence()).isGreaterThan(cut.fence());
        proxy.silence(false);
        Awaitility.await().atMost(Patience.seconds(30)).until(cut::isLost);
        Awaitility.await().atMost(Patience.seconds(20)).until(next::isValid);
    }

    @Test
    @Tag("nightly")
    void aGatewayThatIsPausedHasNoLeaseWhenItGoesOn() throws Exception {
        RedisProcess redis = redis(false);
        TestGateway b = gateway("b", redis.server.port());
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TestGateway.class.getName(),
                        Integer.toString(redis.server.port()),
                        NEWS)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        closed(() -> child.destroyForcibly().waitFor());
        BufferedReader lines = child.inputReader();
        String first = lines.lines()
                .filter(line -> line.startsWith("held "))
                .findFirst()
                .orElseThrow();
        signal(child, "STOP");
        Thread.sleep(Duration.ofSeconds(10));
        Lease lease = b.await(NEWS);
        long acquired = System.nanoTime();
        signal(child, "CONT");

        assertThat(lease.fence()).isGreaterThan(Long.parseLong(first.substring("held ".length())));
        List<String> after = lines.lines()
                .filter(line -> line.matches("(in)?valid \\d+"))
                .filter(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)) - acquired > 0)
                // The first one may have looked before the pause.
                .skip(1)
                .limit(400)
                .toList();
        assertThat(after).allMatch(line -> line.startsWith("invalid "));
        assertThat(lease.isValid()).isTrue();
    }

    private static void signal(Process process, String signal) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
