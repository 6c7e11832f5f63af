package io.xg2g.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AdmissionsTest {
    private static final RequestClass TRANSCODE = new RequestClass.Work(Kind.TRANSCODE);

    private final AtomicLong nanos = new AtomicLong();
    private final TestLimits limits = new TestLimits();

    @Test
    void aClientIsAdmittedUpToItsBurstAndThenAtItsRate() {
        Admissions admissions = admissions();

        assertThat(admitted(admissions, "a", TRANSCODE, 50)).isEqualTo(20);
        after(Duration.ofSeconds(1));
        assertThat(admitted(admissions, "a", TRANSCODE, 50)).isEqualTo(10);
        after(Duration.ofHours(1));
        assertThat(admitted(admissions, "a", TRANSCODE, 50)).isEqualTo(20);
    }

    @Test
    void clientsHaveSeparateBuckets() {
        Admissions admissions = admissions();

        assertThat(admitted(admissions, "a", TRANSCODE, 50)).isEqualTo(20);
        assertThat(admitted(admissions, "b", TRANSCODE, 50)).isEqualTo(20);
    }

    @Test
    void allClientsShareTheGlobalBucket() {
        Admissions admissions = admissions();

        long admitted = IntStream.range(0, 100)
                .mapToLong(client -> admitted(admissions, "client" + client, TRANSCODE, 3))
                .sum();

        assertThat(admitted).isEqualTo(200);
        assertThat(decide(admissions, "late", TRANSCODE)).isInstanceOfSatisfying(Verdict.Refused.class, refused -> {
            assertThat(refused.scope()).isEqualTo(Scope.GLOBAL);
            assertThat(refused.kind()).isEqualTo(Kind.TRANSCODE);
        });
    }

    @Test
    void aModeHasItsOwnBucket() {
        Admissions admissions = admissions();

        long admitted = IntStream.range(0, 100)
                .filter(client ->
                        isAdmitted(decide(admissions, "client" + client, new RequestClass.Play("tv", Kind.GPU))))
                .count();

        assertThat(admitted).isEqualTo(40);
        assertThat(decide(admissions, "late", new RequestClass.Play("tv", Kind.GPU)))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.scope()).isEqualTo(Scope.MODE));
        assertThat(decide(admissions, "late", new RequestClass.Play("tv", Kind.STANDARD)))
                .isInstanceOf(Verdict.Admitted.class);
    }

    @Test
    void aRefusedRequestTakesNoToken() {
        limits.modeGpu = 1;
        Admissions admissions = admissions();
        RequestClass other = new RequestClass.Play("tv", Kind.GPU);
        admitted(admissions, "x", other, 1);
        admitted(admissions, "y", other, 1);

        assertThat(admitted(admissions, "a", other, 500)).isZero();

        assertThat(admitted(admissions, "a", TRANSCODE, 50)).isEqualTo(20);
    }

    @Test
    void aPlaybackIsAdmittedOnceAndThenUsesItsOwnBucket() {
        Admissions admissions = admissions();
        RequestClass play = new RequestClass.Play("tv", Kind.GPU);
        assertThat(decide(admissions, "a", play)).isInstanceOf(Verdict.Admitted.class);
        admitted(admissions, "a", TRANSCODE, 100);

        for (int second = 0; second < 7200; second++) {
            after(Duration.ofSeconds(1));
            admitted(admissions, "a", TRANSCODE, 100);
            for (int fetch = 0; fetch < 100; fetch++) {
                assertThat(decide(admissions, "a", play)).isEqualTo(Verdict.KNOWN);
            }
        }
    }

    @Test
    void requestsOfAPlaybackAreLimitedToo() {
        Admissions admissions = admissions();
        RequestClass play = new RequestClass.Play("tv", Kind.GPU);
        decide(admissions, "a", play);

        assertThat(IntStream.range(0, 1000)
                        .filter(_ -> decide(admissions, "a", play).equals(Verdict.KNOWN))
                        .count())
                .isEqualTo(400);
        assertThat(decide(admissions, "a", play))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.scope()).isEqualTo(Scope.PLAYBACK));
    }

    @Test
    void aPlaybackWithoutRequestsForAMinuteIsAdmittedAgain() {
        Admissions admissions = admissions();
        RequestClass play = new RequestClass.Play("tv", Kind.GPU);
        decide(admissions, "a", play);
        after(Duration.ofSeconds(59));
        assertThat(decide(admissions, "a", play)).isEqualTo(Verdict.KNOWN);
        after(Duration.ofSeconds(60));
        assertThat(decide(admissions, "a", play)).isInstanceOf(Verdict.Admitted.class);
    }

    @Test
    void anotherChannelOrModeIsAnotherPlayback() {
        Admissions admissions = admissions();
        assertThat(IntStream.range(0, 50)
                        .filter(i ->
                                isAdmitted(decide(admissions, "a", new RequestClass.Play("channel" + i, Kind.STANDARD))))
                        .count())
                .isEqualTo(20);
        after(Duration.ofSeconds(1));
        assertThat(decide(admissions, "a", new RequestClass.Play("channel0", Kind.AUDIO_PROXY)))
                .isInstanceOf(Verdict.Admitted.class);
    }

    @Test
    void readsHaveALargerBucket() {
        Admissions admissions = admissions();
        admitted(admissions, "a", TRANSCODE, 100);

        assertThat(IntStream.range(0, 1000)
                        .filter(_ -> decide(admissions, "a", RequestClass.READ).equals(Verdict.KNOWN))
                        .count())
                .isEqualTo(400);
    }

    @Test
    void manyAddressesNeitherFillTheMemoryNorEndAPlayback() {
        limits.modeGpu = 1_000_000;
        limits.globalBurst = 1_000_000;
        Admissions admissions = admissions();
        RequestClass play = new RequestClass.Play("tv", Kind.GPU);
        decide(admissions, "viewer", play);

        for (int i = 0; i < 100_000; i++) {
            decide(admissions, "crowd" + i, play);
            if (i % 10_000 == 0) {
                after(Duration.ofSeconds(2));
                assertThat(decide(admissions, "viewer", play)).isEqualTo(Verdict.KNOWN);
            }
        }
    }

    @RandomTest(tries = 200)
    void aRetryAfterRetryAfterIsAdmitted(RandomInput input) {
        int rate = input.between(1, 40);
        int burst = input.between(1, 60);
        List<Long> pauses = input.list(3, () -> input.between(0L, 2_000_000_000L));
        limits.perIpRate = rate;
        limits.perIpBurst = burst;
        Admissions admissions = admissions();
        for (long pause : pauses) {
            nanos.addAndGet(pause);
            while (isAdmitted(decide(admissions, "a", TRANSCODE))) {
                // Until the bucket is empty.
            }
        }
        int crowd = Math.min(rate * 5, 50);

        long[] turns = IntStream.range(0, crowd + burst)
                .mapToObj(_ -> decide(admissions, "a", TRANSCODE))
                .filter(Verdict.Refused.class::isInstance)
                .mapToLong(verdict ->
                        nanos.get() + ((Verdict.Refused) verdict).delay().toNanos())
                .limit(crowd)
                .toArray();

        for (long turn : turns) {
            nanos.set(Math.max(nanos.get(), turn));
            assertThat(decide(admissions, "a", TRANSCODE)).isInstanceOf(Verdict.Admitted.class);
        }
    }

    @Test
    void retryAfterIsBoundedHoweverOftenAClientIsRefused() {
        Admissions admissions = admissions();
        Verdict last = Verdict.KNOWN;
        for (int i = 0; i < 10_000; i++) {
            last = decide(admissions, "a", TRANSCODE);
        }
        assertThat(last)
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.delay()).isEqualTo(Duration.ofSeconds(10)));
        after(Duration.ofMinutes(1));
        admitted(admissions, "a", TRANSCODE, 20);
        assertThat(decide(admissions, "a", TRANSCODE))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused ->
                                assertThat(refused.delay()).isBetween(Duration.ofMillis(100), Duration.ofMillis(101)));
    }

    @Test
    void theStateOfABucketIsReported() {
        Admissions admissions = admissions();
        admitted(admissions, "a", TRANSCODE, 4);

        assertThat(decide(admissions, "a", TRANSCODE)).isInstanceOfSatisfying(Verdict.Admitted.class, admitted -> {
            assertThat(admitted.left().policyField()).isEqualTo("\"ip\";q=20;w=2");
            assertThat(admitted.left().limitField()).isEqualTo("\"ip\";r=15;t=1");
        });
    }

    private Admissions admissions() {
        return new Admissions(new RateLimits(limits), BucketFactory.local(nanos::get), nanos::get);
    }

    private static long admitted(Admissions admissions, String client, RequestClass request, int times) {
        return IntStream.range(0, times)
                .filter(_ -> isAdmitted(decide(admissions, client, request)))
                .count();
    }

    private static Verdict decide(Admissions admissions, String client, RequestClass request) {
        return admissions.decide(client, request).getNow(null);
    }

    private static boolean isAdmitted(Verdict verdict) {
        return verdict instanceof Verdict.Admitted;
    }

    private void after(Duration time) {
        nanos.addAndGet(time.toNanos());
    }
}
