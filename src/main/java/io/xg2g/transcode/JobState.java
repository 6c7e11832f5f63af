package io.xg2g.transcode;

import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.problem.Problem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of an asynchronous request.
 *
 * <pre>
 *   queued -- started --&gt; running -- completed, failed, dead, cancelled --&gt; ended
 *    ^  |                 |    ^                                            ^  |
 *    |  |                 +----+ progressed, moved to another device        |  |
 *    |  +---------------------- cancelled ---------------------------------+  |
 *    +-------------------- attempt failed, or shutdown                        |
 *    +-------------------- retry of a failed or dead one ---------------------+
 * </pre>
 */
sealed interface JobState {

    /** Returns the name of the state in the API and on disk. */
    String label();

    /** Queued or running. */
    sealed interface Open extends JobState {

        /** Starts a run on a device. */
        default Running started(String device) {
            return new Running(device, 0);
        }
    }

    /** Ended at the time {@code at}. */
    sealed interface Ended extends JobState {
        Instant at();

        /** Returns when the retention begins; without effect while {@link #isUploading}. */
        default Instant retainedFrom() {
            return at();
        }

        /** Returns whether the results have to stay, since they are not uploaded yet. */
        default boolean isUploading() {
            return false;
        }
    }

    /**
     * Waiting in the queue, or for the next attempt.
     *
     * @param problem reason of the latest failed attempt, or {@code null}
     */
    record Queued(@Nullable Problem problem) implements Open {
        @Override
        public String label() {
            return "queued";
        }
    }

    /**
     * Running on a device.
     *
     * @param share completed share, 0 to 1; never decreases within one run
     */
    record Running(String device, double share) implements Open {
        Running progressed(double to) {
            return new Running(device, Math.max(share, Math.min(1, to)));
        }

        @Override
        public String label() {
            return "running";
        }
    }

    /**
     * All renditions are available.
     *
     * @param upload state of their upload; {@code null} if none was requested
     */
    record Completed(
            TranscodeResult.Completed result,
            Instant at,
            @Nullable ResultUpload upload) implements Ended {
        /** Creates one without an upload. */
        Completed(TranscodeResult.Completed result, Instant at) {
            this(result, at, null);
        }

        @Override
        public Instant retainedFrom() {
            return switch (upload) {
                case ResultUpload.Uploaded uploaded -> uploaded.at();
                case ResultUpload.Failed failed -> failed.at();
                case ResultUpload.Waiting _ -> at;
                case null -> at;
            };
        }

        @Override
        public boolean isUploading() {
            return upload instanceof ResultUpload.Waiting;
        }

        @Override
        public String label() {
            return "completed";
        }
    }

    /** Failed for a reason that another attempt would not change. */
    record Failed(Problem problem, Instant at) implements Ended {
        @Override
        public String label() {
            return "failed";
        }
    }

    /** Failed in every attempt (dead letter). */
    record Dead(Problem problem, Instant at) implements Ended {
        @Override
        public String label() {
            return "dead";
        }
    }

    /** Cancelled by the client. */
    record Cancelled(Instant at) implements Ended {
        @Override
        public String label() {
            return "cancelled";
        }
    }
}
