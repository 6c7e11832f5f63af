package io.xg2g.transcode;

import io.xg2g.config.ConfigBounds;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Limits of the open jobs and of the size of their inputs on disk. One client gets at most half of each, so that others are
 * accepted too. Thread-safe.
 */
@Singleton
class JobLimits {
    /** A place becomes free when a job ends; how soon is not known. */
    private static final Duration RETRY = Duration.ofSeconds(30);

    private static final String MAX_BYTES = "xg2g.transcode.max-job-bytes";

    private final long maxJobs;
    private final long maxBytes;

    /** Guarded by this. */
    private final Map<String, Use> clients = new HashMap<>();

    private Use total = Use.NONE;

    private record Use(long jobs, long bytes) {
        static final Use NONE = new Use(0, 0);

        Use plus(long moreJobs, long moreBytes) {
            return new Use(jobs + moreJobs, bytes + moreBytes);
        }
    }

    /** Share of the limits that one job uses. Thread-safe. */
    interface Reservation {
        Reservation NONE = new Reservation() {
            @Override
            public void resize(long bytes) {}

            @Override
            public void release() {}
        };

        /**
         * Changes the size of the input.
         *
         * @throws ProblemException if it does not fit; the reservation is unchanged
         */
        void resize(long bytes);

        /** Returns the share. Idempotent. */
        void release();
    }

    @Inject
    JobLimits(TranscodeConfig config) {
        this(
                ConfigBounds.number("xg2g.transcode.max-jobs", config.maxJobs(), 1, 100_000),
                ConfigBounds.number(MAX_BYTES, config.maxJobBytes().asLongValue(), 1, 1L << 44));
    }

    JobLimits(long maxJobs, long maxBytes) {
        this.maxJobs = maxJobs;
        this.maxBytes = maxBytes;
    }

    /**
     * Reserves a place for a job.
     *
     * @param bytes expected size of its input
     * @throws ProblemException if there is none
     */
    Reservation reserve(String client, long bytes) {
        return add(client, bytes, true);
    }

    /** Counts a job that was accepted by an earlier run of the program, whatever the limits are now. */
    Reservation readmit(String client, long bytes) {
        return add(client, bytes, false);
    }

    private Reservation add(String client, long bytes, boolean limited) {
        if (limited) {
            checkShare(bytes);
        }
        change(client, 1, bytes, limited);
        return new Held(client, bytes);
    }

    private final class Held implements Reservation {
        private final String client;
        private long bytes;
        private boolean released;

        Held(String client, long bytes) {
            this.client = client;
            this.bytes = bytes;
        }

        @Override
        public synchronized void resize(long actual) {
            if (!released) {
                if (actual > bytes) {
                    checkShare(actual);
                }
                change(client, 0, actual - bytes, actual > bytes);
                bytes = actual;
            }
        }

        @Override
        public synchronized void release() {
            if (!released) {
                released = true;
                change(client, -1, -bytes, false);
            }
        }
    }

    private synchronized void change(String client, long jobs, long bytes, boolean limited) {
        Use own = Objects.requireNonNullElse(clients.get(client), Use.NONE).plus(jobs, bytes);
        Use all = total.plus(jobs, bytes);
        if (limited) {
            check(all.jobs(), maxJobs, own.jobs(), "jobs", "xg2g.transcode.max-jobs");
            check(all.bytes(), maxBytes, own.bytes(), "bytes of input", MAX_BYTES);
        }
        total = all;
        if (own.jobs() == 0) {
            clients.remove(client);
        } else {
            clients.put(client, own);
        }
    }

    /** Throws if an input is too large even for a client without other jobs: no waiting would help. */
    private void checkShare(long bytes) {
        if (bytes > share(maxBytes)) {
            throw ProblemType.TOO_LARGE
                    .with("the input has " + bytes + " bytes; one client has at most " + share(maxBytes) + ", half of "
                            + MAX_BYTES)
                    .asException();
        }
    }

    /** Returns what one client gets of a limit. */
    private static long share(long max) {
        return Math.max(1, max / 2);
    }

    private static void check(long all, long max, long own, String what, String key) {
        long share = share(max);
        if (all > max || own > share) {
            throw ProblemType.JOB_LIMIT_REACHED
                    .with("the limit of open jobs is " + max + " " + what + " (" + key + "), of which one client has at"
                            + " most " + share + "; with this job there would be " + all + ", and " + own
                            + " of this client")
                    .retryAfter(RETRY)
                    .asException();
        }
    }
}
