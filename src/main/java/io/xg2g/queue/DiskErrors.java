package io.xg2g.queue;

import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;

/** Tells a full disk from other failures, by the messages of {@code strerror} for ENOSPC and EDQUOT. */
final class DiskErrors {
    private DiskErrors() {}

    /** Returns the exception of a queue whose file could not be written to or read. */
    static QueueException of(String queue, String verb, IOException cause) {
        String message = "queue " + queue + ": cannot " + verb + " its log: " + cause.getMessage();
        return isFull(cause)
                ? new QueueException.Full(message, cause, true)
                : new QueueException.Failed(message, cause);
    }

    static boolean isFull(IOException cause) {
        String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return Stream.of("no space left on device", "quota exceeded").anyMatch(message::contains);
    }
}
