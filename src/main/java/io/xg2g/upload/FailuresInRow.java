package io.xg2g.upload;

import java.util.function.LongSupplier;

/**
 * Counts failed attempts until one succeeds, and decides when to give up: after some between which the target has done other
 * requests, so that it is not the target that fails. Those of an outage do not count, however many there are. Used by one thread at
 * a time.
 *
 * <p>A channel has one for all of its segments, and one for its playlists: where the target takes nothing of the channel, but all of
 * others, each further object is tried once, so that the channel's windows do not fill the memory in which those of others wait.
 */
final class FailuresInRow {
    /** Attempts after which an object is given up, if the target has done other requests between each two of them. */
    static final int MAX_ATTEMPTS = 12;

    private final LongSupplier successes;
    private String attempted = "";
    private String failed = "";
    private int number;

    /** Those of them before which the target had done other requests, and the first one. */
    private int besideOthers;

    /** At the latest failed attempt. */
    private long successesBefore;

    /** @param successes number of requests to the target that have succeeded */
    FailuresInRow(LongSupplier successes) {
        this.successes = successes;
    }

    /** Returns the number of failed attempts since the last one that succeeded. */
    int number() {
        return number;
    }

    /** An attempt succeeded. */
    void end() {
        number = 0;
        besideOthers = 0;
    }

    /** An attempt begins that concerns one of several objects, all of which have to succeed. */
    void begin(String name) {
        attempted = name;
    }

    /** It succeeded, which ends the failures if it is what had failed. */
    void end(String name) {
        if (name.equals(failed)) {
            end();
        }
    }

    /** Counts a failed attempt; returns whether to give up. */
    boolean isLast() {
        long now = successes.getAsLong();
        if (number == 0 || now > successesBefore) {
            besideOthers++;
        }
        successesBefore = now;
        failed = attempted;
        number++;
        return besideOthers >= MAX_ATTEMPTS;
    }
}
