package io.xg2g.telemetry;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Ring buffer of the latest points of one series, ordered by time, in two arrays that grow up to a bound. A time occurs once:
 * another value of it replaces the first. Not thread-safe.
 *
 * <p>Points are expected roughly in order. A late point is inserted in its place, which moves the points between it and the
 * nearer end.
 */
final class PointRing {
    /** Memory of a point: a time and a value. */
    static final int POINT_BYTES = 2 * Long.BYTES;

    private static final int INITIAL_CAPACITY = 4;

    private final int bound;
    private long[] times;
    private double[] values;
    private int first;
    private int size;

    /**
     * Makes an empty ring.
     *
     * @param bound maximum number of points, at least 1
     */
    PointRing(int bound) {
        this.bound = bound;
        this.times = new long[Math.min(INITIAL_CAPACITY, bound)];
        this.values = new double[times.length];
    }

    int size() {
        return size;
    }

    /** Returns the memory of the arrays. */
    long bytes() {
        return (long) times.length * POINT_BYTES;
    }

    /**
     * Stores a point. A full ring drops its oldest point, which may be this one.
     *
     * @return whether the point was added: {@code false} if its time was present, or if it is older than all points of a
     *     full ring
     */
    boolean put(long nanos, double value) {
        int at = firstNotBefore(nanos);
        if (at < size && times[slot(at)] == nanos) {
            values[slot(at)] = value;
            return false;
        }
        if (size == bound) {
            if (at == 0) {
                return false;
            }
            first = slot(1);
            size--;
            at--;
        } else if (size == times.length) {
            grow();
        }
        insert(at, nanos, value);
        return true;
    }

    /**
     * Returns the points of a time range, oldest first. The iterator is invalid after the next {@link #put}.
     *
     * @param from start, inclusive, in nanoseconds
     * @param to end, exclusive
     * @param step 0 for single points; otherwise the points between two multiples of it are aggregated
     */
    Iterator<Aggregate> aggregates(long from, long to, long step) {
        int end = firstNotBefore(to);
        return new Iterator<>() {
            private int at = firstNotBefore(from);

            @Override
            public boolean hasNext() {
                return at < end;
            }

            @Override
            public Aggregate next() {
                if (at >= end) {
                    throw new NoSuchElementException();
                }
                int begin = at++;
                if (step == 0) {
                    return point(begin);
                }
                long number = Math.floorDiv(times[slot(begin)], step);
                while (at < end && Math.floorDiv(times[slot(at)], step) == number) {
                    at++;
                }
                return summary(number * step, begin, at);
            }
        };
    }

    private Aggregate point(int index) {
        return Aggregate.of(times[slot(index)], values[slot(index)]);
    }

    private Aggregate summary(long begin, int from, int to) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double mean = 0;
        for (int i = from; i < to; i++) {
            double value = values[slot(i)];
            min = Math.min(min, value);
            max = Math.max(max, value);
            // Incremental, since a sum could overflow.
            double share = 1.0 / (i - from + 1);
            mean = mean * (1 - share) + value * share;
        }
        // Rounding must not move the mean out of the values' range.
        return new Aggregate(begin, min, Math.clamp(mean, min, max), max, to - from);
    }

    /** Returns the index, by age, of the first point at or after a time. */
    private int firstNotBefore(long nanos) {
        // The usual case: points in order.
        if (size == 0 || times[slot(size - 1)] < nanos) {
            return size;
        }
        int low = 0;
        int high = size;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (times[slot(middle)] < nanos) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void insert(int at, long nanos, double value) {
        if (at < size / 2) {
            first = first == 0 ? times.length - 1 : first - 1;
            for (int i = 0; i < at; i++) {
                move(i + 1, i);
            }
        } else {
            for (int i = size; i > at; i--) {
                move(i - 1, i);
            }
        }
        size++;
        times[slot(at)] = nanos;
        values[slot(at)] = value;
    }

    private void move(int from, int to) {
        times[slot(to)] = times[slot(from)];
        values[slot(to)] = values[slot(from)];
    }

    /** Returns the array index of a point by its index of age. */
    private int slot(int index) {
        int slot = first + index;
        return slot < times.length ? slot : slot - times.length;
    }

    /** Grows the arrays and moves the oldest point to index 0. */
    private void grow() {
        int capacity = (int) Math.min(bound, times.length * 2L);
        long[] newTimes = new long[capacity];
        double[] newValues = new double[capacity];
        for (int i = 0; i < size; i++) {
            newTimes[i] = times[slot(i)];
            newValues[i] = values[slot(i)];
        }
        times = newTimes;
        values = newValues;
        first = 0;
    }
}
