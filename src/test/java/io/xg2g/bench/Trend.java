package io.xg2g.bench;

import java.util.List;

/**
 * Least-squares line through measured points.
 *
 * @param slope change of the value for one unit of time
 * @param error standard error of the slope; 0 where all points lie on the line
 * @param mean of the values
 */
record Trend(double slope, double error, double mean) {

    /** Value at a time. */
    record Point(double time, double value) {}

    /**
     * Fits the line.
     *
     * @param points at least three, not all of the same time
     */
    static Trend of(List<Point> points) {
        if (points.size() < 3) {
            throw new IllegalArgumentException("a trend takes 3 points, not " + points.size());
        }
        double meanTime = points.stream().mapToDouble(Point::time).average().orElseThrow();
        double meanValue = points.stream().mapToDouble(Point::value).average().orElseThrow();
        double squares = points.stream()
                .mapToDouble(point -> Math.pow(point.time() - meanTime, 2))
                .sum();
        if (squares == 0) {
            throw new IllegalArgumentException("a trend takes points of different times");
        }
        double slope = points.stream()
                        .mapToDouble(point -> (point.time() - meanTime) * (point.value() - meanValue))
                        .sum()
                / squares;
        double residuals = points.stream()
                .mapToDouble(point -> Math.pow(point.value() - meanValue - slope * (point.time() - meanTime), 2))
                .sum();
        return new Trend(slope, Math.sqrt(residuals / (points.size() - 2) / squares), meanValue);
    }

    /** Whether the value grows by more than the bound, beyond two standard errors. */
    boolean growsBeyond(double bound) {
        return slope - 2 * error > bound;
    }
}
