package io.xg2g.telemetry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Remembers which latest values somebody has been told. Not thread-safe. */
final class ChangeTracker {
    private final Selection wanted;
    private final Map<SeriesKey, Aggregate> told = new HashMap<>();

    ChangeTracker(Selection wanted) {
        this.wanted = wanted;
    }

    /** The latest values that have not been told yet. */
    List<Row> among(List<StoredSeries> present) {
        List<Row> rows = new ArrayList<>();
        for (StoredSeries series : present) {
            if (wanted.includes(series.key()) && !series.latest().equals(told.put(series.key(), series.latest()))) {
                rows.add(new Row(series.key(), series.latest()));
            }
        }
        return rows;
    }
}
