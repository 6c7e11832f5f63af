package io.xg2g.telemetry;

import java.util.Comparator;

/** One reading of one series. Rows are ordered by time, then as their series are. */
record Row(SeriesKey series, Aggregate reading) implements Comparable<Row> {
    private static final Comparator<Row> ORDER =
            Comparator.<Row>comparingLong(row -> row.reading().nanos()).thenComparing(Row::series);

    @Override
    public int compareTo(Row other) {
        return ORDER.compare(this, other);
    }
}
