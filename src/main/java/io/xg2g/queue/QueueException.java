package io.xg2g.queue;

import org.jspecify.annotations.Nullable;

/** An operation of a queue that was not carried out. The message names the queue, the bound and the value. */
public abstract sealed class QueueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    QueueException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Returns an exception of the same meaning with the stack of the calling thread, which learns of the failure of another. */
    final QueueException again() {
        String message = String.valueOf(getMessage());
        return switch (this) {
            case Full full -> new Full(message, this, full.isOfFileSystem());
            case Closed _ -> new Closed(message);
            case Failed _ -> new Failed(message, this);
        };
    }

    /** The queue, its part of the disk, or the disk is full. Retry when items have been acknowledged, or there is room. */
    public static final class Full extends QueueException {
        private static final long serialVersionUID = 1;

        private final boolean ofFileSystem;

        /** Of the queue, or its part of the disk. */
        Full(String message) {
            this(message, null, false);
        }

        Full(String message, @Nullable Throwable cause, boolean ofFileSystem) {
            super(message, cause);
            this.ofFileSystem = ofFileSystem;
        }

        /** Returns whether the file system is full, so that fewer items do not help. */
        boolean isOfFileSystem() {
            return ofFileSystem;
        }
    }

    /** The queue is closed. */
    public static final class Closed extends QueueException {
        private static final long serialVersionUID = 1;

        Closed(String message) {
            super(message, null);
        }
    }

    /**
     * A file of the queue could not be read or written. After a failed sync, or a failed write that could not be taken back,
     * every later operation fails in the same way until the queue is closed and opened again.
     */
    public static final class Failed extends QueueException {
        private static final long serialVersionUID = 1;

        Failed(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
