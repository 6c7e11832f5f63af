package io.xg2g.telemetry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Tracker of the values that one subscriber was notified of. Not thread-safe. */
final class ChangeTracker {
    private final Selection selection;
    private final Map<SeriesKey, Aggregate> notified = new HashMap<>();

    ChangeTracker(Selection selection) {
        this.selection = selection;
    }

    /** Returns the selected series' latest values that were not returned before. */
    List<Row> changes(List<StoredSeries> current) {
        List<Row> rows = new ArrayList<>();
        for (StoredSeries series : current) {
            if (selection.includes(series.key())
                    && !series.latest().equals(notified.put(series.key(), series.latest()))) {
                rows.add(new Row(series.key(), series.latest()));
            }
        }
        return rows;
    }
}
