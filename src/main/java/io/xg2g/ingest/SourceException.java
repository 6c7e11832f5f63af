package io.xg2g.ingest;

import io.xg2g.redaction.Redaction;
import io.xg2g.source.SourceNotAllowed;

/** A source cannot be had, or not any longer. */
public final class SourceException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** Why; {@link #code()} is the name in the API and the log. */
    public enum Kind {
        /** It ended, or the connection broke. */
        ENDED("ended", false),
        /** It sends nothing. */
        STALLED("stalled", false),
        /** It cannot be reached, or answers with an error. */
        UNREACHABLE("unreachable", false),
        /** What it sends is no media stream. */
        NOT_MEDIA("not-media", true),
        /** The service is scrambled. */
        SCRAMBLED("scrambled", true),
        /** The receiver does not give the service. */
        RECEIVER("receiver", false),
        /** It refuses access, is not there, or cannot be played at all. */
        PERMANENT("permanent", true),
        /** Its address, or one that it leads to, is not allowed. */
        NOT_ALLOWED("source-not-allowed", true),
        /** The work directory is full. */
        DISK("disk-full", false);

        private final String code;
        private final boolean slow;

        Kind(String code, boolean slow) {
            this.code = code;
            this.slow = slow;
        }

        public String code() {
            return code;
        }

        /** Whether trying again soon makes no sense. */
        boolean slow() {
            return slow;
        }
    }

    SourceException(Kind kind, String detail) {
        super(Redaction.text(detail), null, false, false);
        this.kind = kind;
    }

    static SourceException notAllowed(SourceNotAllowed refused) {
        return new SourceException(Kind.NOT_ALLOWED, refused.sentence());
    }

    public Kind kind() {
        return kind;
    }

    /** One sentence for a person, without secrets. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
