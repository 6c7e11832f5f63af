package io.xg2g.telemetry;

/**
 * Point of a series, or aggregate of the points of one step.
 *
 * @param nanos time of the point, or start of the step, as {@link PointTime#nanos}
 * @param min minimum of the values
 * @param mean arithmetic mean of the values
 * @param max maximum of the values
 * @param count number of points, at least 1
 */
record Aggregate(long nanos, double min, double mean, double max, int count) {

    static Aggregate of(long nanos, double value) {
        return new Aggregate(nanos, value, value, value, 1);
    }
}
