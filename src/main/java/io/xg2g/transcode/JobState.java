package io.xg2g.transcode;

import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.problem.Problem;
import java.time.Instant;

/**
 * State of an asynchronous request; the methods are its transitions.
 *
 * <pre>
 *   queued -- started --&gt; running -- ended --&gt; completed, failed or cancelled
 *     |                   |    ^                        ^
 *     |                   +----+ progressed, started    |
 *     +---------------------- ended -------------------+
 * </pre>
 */
sealed interface JobState {

    /** Returns the name of the state in the API. */
    String label();

    /** Queued or running. */
    sealed interface Open extends JobState {

        /** Starts a run on a device. */
        default Running started(String device) {
            return new Running(device, 0);
        }

        /** Ends the request with the result of the dispatcher. */
        default Ended ended(TranscodeResult result, Instant now) {
            return switch (result) {
                case TranscodeResult.Completed completed -> new Completed(completed, now);
                case TranscodeResult.Rejected rejected -> new Failed(ResultProblems.of(rejected), now);
                case TranscodeResult.Failed failed -> new Failed(ResultProblems.of(failed.failure()), now);
                case TranscodeResult.Cancelled _ -> new Cancelled(now);
            };
        }
    }

    /** Ended at the time {@code at}. */
    sealed interface Ended extends JobState {
        Instant at();
    }

    /** Waiting in the queue. */
    record Queued() implements Open {
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

    /** All renditions are available. */
    record Completed(TranscodeResult.Completed result, Instant at) implements Ended {
        @Override
        public String label() {
            return "completed";
        }
    }

    /** Rejected or failed. */
    record Failed(Problem problem, Instant at) implements Ended {
        @Override
        public String label() {
            return "failed";
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
