package io.xg2g.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.bucket4j.TimeMeter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.cluster.RealRedis;
import io.xg2g.cluster.SharedRedis;
import io.xg2g.schedule.Patience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two gateways with a real Redis. The clocks are set by the test, so buckets are refilled only if it says so. */
class SharedLimitsIT {
    private static final RequestClass TRANSCODE = new RequestClass.Work(Kind.TRANSCODE);
    private static final RequestClass.Play PLAY = new RequestClass.Play("tv", Kind.GPU);

    private final TestLimits limits = new TestLimits();
    private final AtomicLong nanos = new AtomicLong(Duration.ofDays(20_000).toNanos());
    private final RealRedis redis;
    private final SharedRedis connectionOfA;
    private final SharedRedis connectionOfB;
    private Gateway a;
    private Gateway b;

    SharedLimitsIT() throws Exception {
        redis = new RealRedis();
        connectionOfA = redis.connect();
        connectionOfB = redis.connect();
        limits.modeGpu = 1000;
        a = new Gateway(connectionOfA, Patience.seconds(60));
        b = new Gateway(connectionOfB, Patience.seconds(60));
    }

    /** A gateway, and what it counts. */
    private final class Gateway {
        final SimpleMeterRegistry registry = new SimpleMeterRegistry();
        final Admissions admissions;

        Gateway(SharedRedis connection, Duration limit) {
            TimeMeter clock = new TimeMeter() {
                @Override
                public long currentTimeNanos() {
                    return nanos.get();
                }

                @Override
                public boolean isWallClockBased() {
                    return true;
                }
            };
            admissions = new Admissions(
                    new RateLimits(limits),
                    new SharedBuckets(connection, clock, limit, new SharedState(registry, nanos::get), nanos::get),
                    nanos::get);
        }

        Verdict decide(String client, RequestClass request) {
            return admissions.decide(client, request).join();
        }

        double fallbacks() {
            return registry.get("xg2g.rate.limit.fallbacks").counter().count();
        }
    }

    /** Has both begin with the limits as they are now. */
    private void begin(Duration limit) {
        a = new Gateway(connectionOfA, limit);
        b = new Gateway(connectionOfB, limit);
    }

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void twoGatewaysTogetherAdmitExactlyTheLimitOfAClient() {
        List<CompletableFuture<Verdict>> verdicts = IntStream.range(0, 60)
                .mapToObj(i -> (i % 2 == 0 ? a : b).admissions.decide("client", TRANSCODE))
                .toList();

        assertThat(verdicts.stream()
                        .filter(verdict -> verdict.join() instanceof Verdict.Admitted)
                        .count())
                .isEqualTo(20);
        assertThat(a.fallbacks() + b.fallbacks()).isZero();
    }

    @Test
    void twoGatewaysTogetherAdmitExactlyTheLimitOfAllClients() {
        long admitted = IntStream.range(0, 300)
                .filter(i -> (i % 2 == 0 ? a : b).decide("client" + i, TRANSCODE) instanceof Verdict.Admitted)
                .count();

        assertThat(admitted).isEqualTo(200);
        assertThat(a.decide("late", TRANSCODE))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.scope()).isEqualTo(Scope.GLOBAL));
    }

    @Test
    void whatOneGatewayRefusesTakesNoTokenOfTheOther() {
        limits.globalBurst = 1;
        begin(Patience.seconds(60));
        a.decide("first", TRANSCODE);
        for (int i = 0; i < 100; i++) {
            assertThat(b.decide("second", TRANSCODE)).isInstanceOf(Verdict.Refused.class);
        }

        nanos.addAndGet(Duration.ofMillis(15).toNanos());
        // The refund of the last one may be on its way.
        assertThat(a.decide("second", TRANSCODE))
                .isInstanceOfSatisfying(
                        Verdict.Admitted.class,
                        admitted -> assertThat(admitted.left().remaining()).isGreaterThanOrEqualTo(18));
    }

    @Test
    void aPlaybackThatIsAdmittedAtOneGatewayContinuesAtTheOther() {
        assertThat(a.decide("viewer", PLAY)).isInstanceOf(Verdict.Admitted.class);
        Awaitility.await().atMost(Patience.seconds(10)).until(() -> b.decide("viewer", PLAY) instanceof Verdict.Known);

        a.admissions.forget("viewer", PLAY);
        b.admissions.forget("viewer", PLAY);
        Awaitility.await()
                .atMost(Patience.seconds(10))
                .until(() -> b.decide("viewer", PLAY) instanceof Verdict.Admitted);
    }

    @Test
    void withoutRedisEachGatewayDecidesAlone() throws Exception {
        redis.kill();

        long admitted = IntStream.range(0, 60)
                .filter(i -> (i % 2 == 0 ? a : b).decide("client", TRANSCODE) instanceof Verdict.Admitted)
                .count();
        assertThat(admitted).isEqualTo(40);
        assertThat(a.fallbacks()).isPositive();

        redis.restart();
        Awaitility.await().atMost(Patience.seconds(30)).until(() -> {
            nanos.addAndGet(SharedState.PAUSE.toNanos());
            double before = a.fallbacks();
            a.decide("another", TRANSCODE);
            return a.fallbacks() == before;
        });
    }

    @Test
    void whereRedisIsTooSlowEachGatewayDecidesAlone() {
        begin(Duration.ofMillis(1));
        redis.pause();

        long admitted = IntStream.range(0, 60)
                .filter(i -> (i % 2 == 0 ? a : b).decide("client", TRANSCODE) instanceof Verdict.Admitted)
                .count();

        assertThat(admitted).isEqualTo(40);
        assertThat(a.fallbacks()).isPositive();
    }
}
