package io.xg2g.telemetry;

/**
 * A series as it was at one moment.
 *
 * @param name what a person calls its GPU, or the empty string
 * @param latest its latest point
 * @param points how many are kept
 */
record StoredSeries(SeriesKey key, String name, Aggregate latest, int points) {}
