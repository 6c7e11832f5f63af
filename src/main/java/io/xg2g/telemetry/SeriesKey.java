package io.xg2g.telemetry;

import java.util.Comparator;

/** Key of a series. Ordered by GPU, metric, origin and host. */
record SeriesKey(String gpu, String metric, Origin origin, String host) implements Comparable<SeriesKey> {
    private static final Comparator<SeriesKey> ORDER = Comparator.comparing(SeriesKey::gpu)
            .thenComparing(SeriesKey::metric)
            .thenComparing(SeriesKey::origin)
            .thenComparing(SeriesKey::host);

    @Override
    public int compareTo(SeriesKey other) {
        return ORDER.compare(this, other);
    }
}
