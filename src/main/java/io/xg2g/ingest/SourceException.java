package io.xg2g.ingest;

import io.xg2g.redaction.Redaction;
import io.xg2g.source.SourceNotAllowed;
import java.time.Duration;

/** Failure to open or to read a source. */
public final class SourceException extends Exception {
    private static final long serialVersionUID = 1;

    private final Kind kind;

    /** Kind of failure; {@link #code()} is its name in the API and the log. */
    public enum Kind {
        /** The source ended, or the connection was lost. */
        ENDED("ended", false),
        /** The source sends no data. */
        STALLED("stalled", false),
        /** The source cannot be reached, or responds with an error. */
        UNREACHABLE("unreachable", false),
        /** The data is not a media stream. */
        NOT_MEDIA("not-media", true),
        /** The service is scrambled. */
        SCRAMBLED("scrambled", true),
        /** The receiver cannot provide the service at present. */
        RECEIVER("receiver", false),
        /** The source does not exist or cannot be played. */
        PERMANENT("permanent", true),
        /** The source refuses the user name or the password, or wants one. */
        UNAUTHORIZED("unauthorized", true),
        /** The address of the source, or one that it redirects or refers to, is not allowed. */
        NOT_ALLOWED("source-not-allowed", true),
        /** The work directory is full. */
        DISK("disk-full", false);

        private final String code;
        private final boolean persistent;

        Kind(String code, boolean persistent) {
            this.code = code;
            this.persistent = persistent;
        }

        public String code() {
            return code;
        }

        /** Returns whether an immediate retry would fail for the same reason. */
        boolean isPersistent() {
            return persistent;
        }
    }

    /** Creates a failure. Credentials in the detail are removed. */
    public SourceException(Kind kind, String detail) {
        super(Redaction.text(detail), null, false, false);
        this.kind = kind;
    }

    /** Returns the failure of a source that has sent no data for the timeout. */
    static SourceException silent(Duration timeout) {
        return new SourceException(
                Kind.STALLED, "the source sent no data for " + timeout.toSeconds() + " s (xg2g.live.source-timeout)");
    }

    /** Returns the failure of a source that has responded with an HTTP status other than 200. */
    static SourceException ofStatus(int status) {
        Kind kind = switch (status) {
            case 401, 403, 407 -> Kind.UNAUTHORIZED;
            case 404, 410 -> Kind.PERMANENT;
            default -> Kind.UNREACHABLE;
        };
        String hint = kind == Kind.UNAUTHORIZED
                ? "; it may want a user name and password, or request headers such as User-Agent, Referer or Cookie"
                : "";
        return new SourceException(kind, "the source responded with HTTP status " + status + hint);
    }

    static SourceException notAllowed(SourceNotAllowed refused) {
        return new SourceException(Kind.NOT_ALLOWED, refused.sentence());
    }

    public Kind kind() {
        return kind;
    }

    /** Returns the description for users, with credentials removed. */
    public String detail() {
        return String.valueOf(getMessage());
    }
}
