package io.xg2g.queue;

import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Tells a full disk from other failures of a write by the space that is left. An exceeded quota may leave space to others, and is
 * recognized by the message of the operating system: in English, the language of a process whose {@code LC_MESSAGES} is {@code C}.
 */
final class DiskErrors {
    /** With less space than this a disk counts as full. */
    static final long NEARLY_FULL = 1 << 18;

    private DiskErrors() {}

    /**
     * Returns the exception of a queue whose file could not be written.
     *
     * @param usableBytes of the file system, after the failure
     */
    static QueueException ofWrite(String queue, String verb, IOException cause, long usableBytes) {
        return usableBytes < NEARLY_FULL || isNamedFull(cause)
                ? new QueueException.Full(message(queue, verb, cause), cause, true)
                : of(queue, verb, cause);
    }

    /** Returns the exception of a queue whose files could not be used, whatever space is left. */
    static QueueException.Failed of(String queue, String verb, IOException cause) {
        return new QueueException.Failed(message(queue, verb, cause), cause);
    }

    private static String message(String queue, String verb, IOException cause) {
        return "queue " + queue + ": cannot " + verb + " its log: " + cause.getMessage();
    }

    /** Messages of {@code strerror} for ENOSPC and EDQUOT. */
    private static boolean isNamedFull(IOException cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of("no space left on device", "quota exceeded").anyMatch(message::contains);
    }
}
