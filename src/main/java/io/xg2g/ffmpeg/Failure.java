package io.xg2g.ffmpeg;

/**
 * Failure of a unit or an inspection.
 *
 * @param kind class of the failure, which determines its handling
 * @param detail one sentence for the client, without paths or secrets
 */
public record Failure(Kind kind, String detail) {

    /** Classes of failures. */
    public enum Kind {
        /** The source has ended. */
        SOURCE_ENDED("source-ended", false),
        /** The source does not respond or was lost; it may recover. */
        SOURCE_TRANSIENT("source-transient", false),
        /** The source refuses the user name or the password; retrying may lock the account. */
        SOURCE_UNAUTHORIZED("source-unauthorized", false),
        /** The source is not found; retrying is useless. */
        SOURCE_PERMANENT("source-permanent", false),
        /** The input is not decodable video, or exceeds the limits of the encoder. */
        UNSUPPORTED_MEDIA("unsupported-media", false),
        /** The input is scrambled. */
        SCRAMBLED("scrambled", false),
        /** The device has no free session or memory at present; another one may. */
        DEVICE_CAPACITY("device-capacity", true),
        /** The device or its driver is broken; another one may work. */
        DEVICE_FAULT("device-fault", true),
        /** The work directory is full or not writable. */
        DISK("disk", false),
        /** The run was stopped on request. */
        STOPPED("stopped", false),
        /** The run exceeded its time limit. */
        RUN_TIMEOUT("run-timeout", false),
        /** ffmpeg crashed, hung, is missing, or produced an invalid output. */
        CRASH("crash", false),
        /** The worker of the cluster that ran the unit is gone, or did not report for some seconds; another one may work. */
        WORKER_LOST("worker-lost", true),
        /** The worker of the cluster reports that its disk is full, or that it could not transfer files; another one may work. */
        WORKER_FAILED("worker-failed", true),
        /** The worker of the cluster did not start the unit, since its offer of a slot was not current any more. */
        SLOT_GONE("slot-gone", true);

        private final String code;
        private final boolean movesToAnotherDevice;

        Kind(String code, boolean movesToAnotherDevice) {
            this.code = code;
            this.movesToAnotherDevice = movesToAnotherDevice;
        }

        /** Returns the stable name, used as metric label and log key. */
        public String code() {
            return code;
        }

        /** Returns whether the unit is retried on another device or worker at once. */
        public boolean movesToAnotherDevice() {
            return movesToAnotherDevice;
        }

        /** Returns whether it is a failure of a worker in a cluster, which no run on a device has. */
        public boolean ofWorker() {
            return this == WORKER_LOST || this == WORKER_FAILED || this == SLOT_GONE;
        }
    }

    /** Returns the failure of an input, or of a request, that cannot be transcoded. */
    static Failure unsupported(String detail) {
        return new Failure(Kind.UNSUPPORTED_MEDIA, detail);
    }
}
