package io.xg2g.ffmpeg;

/**
 * Why a unit or an inspection failed.
 *
 * @param kind the class of the failure, which decides what happens next
 * @param detail one sentence for a person, without paths or secrets
 */
public record Failure(Kind kind, String detail) {

    /** Classes of failures. {@link #code()} is the metric label and log key. */
    public enum Kind {
        /** The source does not answer, has ended, or was lost; it may come back. */
        SOURCE_TRANSIENT("source-transient", false),
        /** The source will never work (not found, forbidden). */
        SOURCE_PERMANENT("source-permanent", false),
        /** The bytes are not decodable video, or not such as an encoder here can take. */
        UNSUPPORTED_MEDIA("unsupported-media", false),
        /** The device has no room now (sessions, memory); another one may. */
        DEVICE_CAPACITY("device-capacity", true),
        /** The device or its driver is broken; another one may work. */
        DEVICE_FAULT("device-fault", true),
        /** The work directory is full or not writable. */
        DISK("disk", false),
        /** Somebody asked for the end. */
        STOPPED("stopped", false),
        /** The run took longer than it may. */
        RUN_TIMEOUT("run-timeout", false),
        /** ffmpeg died, hung, is missing, or produced something that is not what was asked for. */
        CRASH("crash", false);

        private final String code;
        private final boolean movesToAnotherDevice;

        Kind(String code, boolean movesToAnotherDevice) {
            this.code = code;
            this.movesToAnotherDevice = movesToAnotherDevice;
        }

        /** Stable name: metric label and log key. */
        public String code() {
            return code;
        }

        /** Whether the unit is to be repeated on another device at once. */
        public boolean movesToAnotherDevice() {
            return movesToAnotherDevice;
        }
    }
}
