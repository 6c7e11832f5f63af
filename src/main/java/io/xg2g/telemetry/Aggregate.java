package io.xg2g.telemetry;

/**
 * One point of a series, or several that fall into one step.
 *
 * @param nanos the point's time, or the beginning of the step, as {@link PointTime} has it
 * @param min the least value
 * @param mean the values' average
 * @param max the greatest value
 * @param count how many points it stands for, at least 1
 */
record Aggregate(long nanos, double min, double mean, double max, int count) {

    static Aggregate of(long nanos, double value) {
        return new Aggregate(nanos, value, value, value, 1);
    }
}
