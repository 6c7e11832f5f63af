package io.xg2g.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * Speed of a replay.
 *
 * @param speed factor by which the intervals between recorded times are shortened; 0: no pauses
 * @param rowsPerSecond fixed rate instead of the recorded times; 0: none
 */
record Pace(double speed, double rowsPerSecond) {
    private static final double MAX = 1_000_000;

    /** Returns the pace of recorded times, {@code speed} times as fast. */
    static Pace times(double speed) {
        return new Pace(speed, 0);
    }

    static Pace rate(double rowsPerSecond) {
        return new Pace(0, rowsPerSecond);
    }

    /**
     * Parses the query parameters {@code speed} and {@code rate}.
     *
     * @param speed as sent; {@code null} or a number or {@code max}
     * @param rate as sent; {@code null} or a number
     * @throws io.xg2g.problem.ProblemException if a parameter is not allowed
     */
    static Pace of(@Nullable String speed, @Nullable String rate) {
        if (rate != null) {
            if (speed != null) {
                throw TelemetryQuery.invalid("speed and rate exclude each other; send one of them");
            }
            double rows = number(rate);
            if (!(rows > 0 && rows <= MAX)) {
                throw TelemetryQuery.invalid("rate is not a number of rows a second; allowed: over 0, up to 1000000");
            }
            return rate(rows);
        }
        if (speed == null) {
            return times(1);
        }
        double factor = speed.equals("max") ? 0 : number(speed);
        if (!(factor >= 0 && factor <= MAX)) {
            throw TelemetryQuery.invalid(
                    "speed is not a factor; allowed: 0 to 1000000 (1 as recorded, 0 or max as fast" + " as possible)");
        }
        return times(factor);
    }

    private static double number(String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException none) {
            return Double.NaN;
        }
    }
}
