package io.xg2g.telemetry;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * The latest points of one series in the order of their times, in two arrays that grow up to a bound and are then used
 * in a circle. A time occurs once: another value for it replaces the first. Not thread-safe.
 *
 * <p>Points are expected roughly in order. One that comes late is put in its place, at the cost of moving the points
 * between it and the nearer end.
 */
final class PointRing {
    /** What a point takes: a time and a value. */
    static final int POINT_BYTES = 2 * Long.BYTES;

    private static final int SMALLEST = 4;

    private final int bound;
    private long[] times;
    private double[] values;
    private int first;
    private int size;

    /**
     * Makes an empty one.
     *
     * @param bound the most points that it keeps, at least 1
     */
    PointRing(int bound) {
        this.bound = bound;
        this.times = new long[Math.min(SMALLEST, bound)];
        this.values = new double[times.length];
    }

    int size() {
        return size;
    }

    /** What the arrays take. */
    long bytes() {
        return (long) times.length * POINT_BYTES;
    }

    /** The latest point; there must be one. */
    Aggregate latest() {
        return point(size - 1);
    }

    /**
     * Keeps a point. Where the ring is full, the oldest one goes, which may be this one.
     *
     * @return whether there is a point more or another one than before; false where the time was there already, and where
     *     the point is older than all of a full ring
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
     * The points of a window, oldest first; to be used before the next {@link #put}.
     *
     * @param from the first nanosecond that belongs to it
     * @param to the first one that does not
     * @param step 0 for the points as they are; otherwise the points between two multiples of it become one reading
     */
    Iterator<Aggregate> readings(long from, long to, long step) {
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
            // Not by a sum, which could overflow.
            double share = 1.0 / (i - from + 1);
            mean = mean * (1 - share) + value * share;
        }
        // Rounding must not carry it out of the values' range.
        return new Aggregate(begin, min, Math.clamp(mean, min, max), max, to - from);
    }

    /** The index, by age, of the first point at or after that time. */
    private int firstNotBefore(long nanos) {
        // Points mostly come in order.
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

    /** Where the point of that index, by age, lies. */
    private int slot(int index) {
        int slot = first + index;
        return slot < times.length ? slot : slot - times.length;
    }

    /** Only a ring that is not yet used in a circle grows; it may have been turned by a late point all the same. */
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
