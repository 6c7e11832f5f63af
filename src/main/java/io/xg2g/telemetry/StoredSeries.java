package io.xg2g.telemetry;

/**
 * Snapshot of a series.
 *
 * @param name display name of its GPU, or the empty string
 * @param latest latest point
 * @param points number of stored points
 */
record StoredSeries(SeriesKey key, String name, Aggregate latest, int points) {}
