package io.xg2g.queue;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whether a log takes records: not when it is closed, after a failed sync, or while its latest write has failed. */
final class LogHealth {
    private final String queue;

    /** Guarded by the append lock of the log. */
    private boolean closed;

    /** Why the latest write failed; {@code null} after one that succeeded. */
    private volatile @Nullable QueueException unwritten;

    /** Why nothing works until the log is opened again. */
    private volatile QueueException.@Nullable Failed failed;

    LogHealth(String queue) {
        this.queue = queue;
    }

    /** Throws if the log is closed or has failed. Called with the append lock. */
    void checkUsable() {
        if (closed) {
            throw new QueueException.Closed("queue " + queue + " is closed");
        }
        checkNotFailed();
    }

    /** Throws if a sync has failed, or a write that could not be taken back. */
    void checkNotFailed() {
        QueueException.Failed cause = failed;
        if (cause != null) {
            throw cause.again();
        }
    }

    /** Throws the failure of a write, if there is one, and if the log has failed. */
    void checkWritten(@Nullable QueueException failure) {
        checkNotFailed();
        if (failure != null) {
            throw failure.again();
        }
    }

    @Nullable
    QueueException unwritten() {
        return unwritten;
    }

    boolean isFailed() {
        return failed != null;
    }

    /** The latest write succeeded, or was taken back. */
    void written() {
        unwritten = null;
    }

    void notWritten(QueueException cause) {
        unwritten = cause;
    }

    void fail(QueueException.Failed cause) {
        failed = cause;
    }

    /** Called with the append lock. */
    void close() {
        closed = true;
    }

    QueueException.Failed notSynced(String file, IOException failure) {
        return new QueueException.Failed(
                "queue " + queue + ": sync of " + file + " failed (" + failure.getMessage()
                        + "); what was written may be lost, so that the queue refuses work until it is opened again",
                failure);
    }

    QueueException.Failed notTakenBack(String file, QueueException failure) {
        return new QueueException.Failed(
                "queue " + queue + ": a write to " + file + " failed (" + failure.getMessage()
                        + ") and could not be taken back; the queue refuses work until it is opened again",
                failure);
    }
}
