package io.xg2g.telemetry;

import java.util.Comparator;

/** Point or aggregate of a series. Ordered by time, then by series. */
record Row(SeriesKey series, Aggregate aggregate) implements Comparable<Row> {
    private static final Comparator<Row> ORDER =
            Comparator.<Row>comparingLong(row -> row.aggregate().nanos()).thenComparing(Row::series);

    @Override
    public int compareTo(Row other) {
        return ORDER.compare(this, other);
    }
}
