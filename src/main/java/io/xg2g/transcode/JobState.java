package io.xg2g.transcode;

import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.problem.Problem;
import java.time.Instant;

/** Where an asynchronous request stands. Only the transitions that exist as methods are possible. */
sealed interface JobState {

    /** The state's name in the API. */
    String label();

    /** Not ended yet. */
    sealed interface Open extends JobState {

        /** A slot was found. */
        default Running started(String device) {
            return new Running(device, 0);
        }

        /** The one answer of the dispatcher. */
        default Ended ended(TranscodeResult result, Instant now) {
            return switch (result) {
                case TranscodeResult.Completed completed -> new Completed(completed, now);
                case TranscodeResult.Rejected rejected -> new Failed(ResultProblems.of(rejected), now);
                case TranscodeResult.Failed failed -> new Failed(ResultProblems.of(failed.failure()), now);
                case TranscodeResult.Cancelled _ -> new Cancelled(now);
            };
        }
    }

    /** Over; {@code at} is when. */
    sealed interface Ended extends JobState {
        Instant at();
    }

    /** In the queue. */
    record Queued() implements Open {
        @Override
        public String label() {
            return "queued";
        }
    }

    /**
     * On a device.
     *
     * @param share what is done, 0 to 1; never falls within one run
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

    /** All renditions can be fetched. */
    record Completed(TranscodeResult.Completed result, Instant at) implements Ended {
        @Override
        public String label() {
            return "completed";
        }
    }

    /** Nothing came of it. */
    record Failed(Problem problem, Instant at) implements Ended {
        @Override
        public String label() {
            return "failed";
        }
    }

    /** Its client did not want it any longer. */
    record Cancelled(Instant at) implements Ended {
        @Override
        public String label() {
            return "cancelled";
        }
    }
}
