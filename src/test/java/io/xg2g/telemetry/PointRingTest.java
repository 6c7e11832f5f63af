package io.xg2g.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class PointRingTest {

    record Put(long nanos, double value) {}

    private static List<Put> puts(RandomInput input) {
        return input.list(200, () -> new Put(input.between(-60, 60), input.between(-1000.0, 1000.0)));
    }

    /** Naive model with a sorted map. */
    private static final class NaiveRing {
        private final int bound;
        private final NavigableMap<Long, Double> points = new TreeMap<>();

        NaiveRing(int bound) {
            this.bound = bound;
        }

        boolean put(Put put) {
            boolean known = points.containsKey(put.nanos());
            points.put(put.nanos(), put.value());
            if (points.size() > bound) {
                points.pollFirstEntry();
            }
            return !known && points.containsKey(put.nanos());
        }

        List<Aggregate> aggregates(long from, long to, long step) {
            Map<Long, DoubleSummaryStatistics> steps = new TreeMap<>();
            points.subMap(from, to)
                    .forEach((nanos, value) -> steps.computeIfAbsent(
                                    step == 0 ? nanos : nanos - Math.floorMod(nanos, step),
                                    _ -> new DoubleSummaryStatistics())
                            .accept(value));
            List<Aggregate> aggregates = new ArrayList<>();
            steps.forEach((nanos, all) -> aggregates.add(
                    new Aggregate(nanos, all.getMin(), all.getAverage(), all.getMax(), (int) all.getCount())));
            return aggregates;
        }
    }

    @RandomTest(tries = 500)
    void theRingEqualsASortedMap(RandomInput input) {
        // Given
        List<Put> puts = puts(input);
        int bound = input.between(1, 40);
        long from = input.between(-70, 70);
        long to = from + input.between(0, 100);
        long step = input.between(0, 20);
        PointRing ring = new PointRing(bound);
        NaiveRing naive = new NaiveRing(bound);

        // When
        for (Put put : puts) {
            assertThat(ring.put(put.nanos(), put.value())).isEqualTo(naive.put(put));
            assertThat(ring.size()).isEqualTo(naive.points.size());
        }

        // Then
        assertSame(all(ring, Long.MIN_VALUE, Long.MAX_VALUE, 0), naive.aggregates(-100, 100, 0));
        assertSame(all(ring, from, to, step), naive.aggregates(from, to, step));
    }

    @RandomTest
    void memoryIsBounded(RandomInput input) {
        int bound = input.between(1, 40);
        PointRing ring = new PointRing(bound);
        puts(input).forEach(put -> ring.put(put.nanos(), put.value()));
        assertThat(ring.bytes()).isLessThanOrEqualTo((long) bound * PointRing.POINT_BYTES);
    }

    @Test
    void startsAreInclusiveAndEndsExclusive() {
        PointRing ring = new PointRing(10);
        for (int i = 0; i < 5; i++) {
            ring.put(i * 10L, i);
        }
        assertThat(all(ring, 10, 30, 0)).extracting(Aggregate::nanos).containsExactly(10L, 20L);
        assertThat(all(ring, 11, 31, 0)).extracting(Aggregate::nanos).containsExactly(20L, 30L);
        assertThat(all(ring, 10, 10, 0)).isEmpty();
    }

    @Test
    void theMeanOfTheLargestNumbersDoesNotOverflow() {
        PointRing ring = new PointRing(3);
        for (int i = 0; i < 3; i++) {
            ring.put(i, Double.MAX_VALUE);
        }
        assertThat(all(ring, 0, 3, 10))
                .containsExactly(new Aggregate(0, Double.MAX_VALUE, Double.MAX_VALUE, Double.MAX_VALUE, 3));
    }

    private static List<Aggregate> all(PointRing ring, long from, long to, long step) {
        List<Aggregate> aggregates = new ArrayList<>();
        ring.aggregates(from, to, step).forEachRemaining(aggregates::add);
        return aggregates;
    }

    private static void assertSame(List<Aggregate> ours, List<Aggregate> naive) {
        assertThat(ours).hasSameSizeAs(naive);
        for (int i = 0; i < ours.size(); i++) {
            Aggregate one = ours.get(i);
            Aggregate other = naive.get(i);
            assertThat(new Aggregate(one.nanos(), one.min(), 0, one.max(), one.count()))
                    .isEqualTo(new Aggregate(other.nanos(), other.min(), 0, other.max(), other.count()));
            assertThat(one.mean()).isCloseTo(other.mean(), Offset.offset(1e-9));
        }
    }
}
