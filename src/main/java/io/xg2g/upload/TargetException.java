package io.xg2g.upload;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A request to the target failed. */
final class TargetException extends Exception {
    private static final long serialVersionUID = 1;

    /** Statuses that are about one object, and that the same request would get again. */
    private static final Set<Integer> OF_THE_OBJECT = Set.of(400, 411, 413, 414, 415, 416, 422, 431);

    private static final Pattern CODE = Pattern.compile("<Code>(\\w{1,64})</Code>");
    private static final int MAX_BODY = 4096;

    /** What failed. */
    enum Kind {
        /** There was no connection, or it broke. */
        CONNECTION("connection"),
        /** There was no response in time. */
        TIMEOUT("timeout"),
        /** The target refuses the credentials: 401, 403. */
        DENIED("denied"),
        /** The target limits the rate: 429, 503. */
        THROTTLED("throttled"),
        /** The target has no space: 507. */
        NO_SPACE("no-space"),
        /** The target failed: 5xx. */
        SERVER("server"),
        /** The target does not do what is asked: redirects, 404, 405, 409 and others; its address may be wrong. */
        MISCONFIGURED("misconfigured"),
        /** The target refuses this object: 400, 411, 413 to 416, 422, 431. Not retried. */
        REFUSED("refused");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** Returns the label in metrics and logs. */
        String code() {
            return code;
        }

        /** Returns whether the target has understood the request, and does not do it: it may do others. */
        boolean refuses() {
            return this == DENIED || this == MISCONFIGURED || this == REFUSED;
        }

        /** Returns whether the same request can succeed later. */
        boolean retryable() {
            return this != REFUSED;
        }
    }

    private final Kind kind;

    TargetException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    /** Returns the failure of a response that is not a success. */
    static TargetException ofStatus(String request, int status) {
        Kind kind = switch (status) {
            case 401, 403 -> Kind.DENIED;
            case 429, 503 -> Kind.THROTTLED;
            case 507 -> Kind.NO_SPACE;
            default -> status >= 500 ? Kind.SERVER : OF_THE_OBJECT.contains(status) ? Kind.REFUSED : Kind.MISCONFIGURED;
        };
        return new TargetException(kind, request + " was answered with status " + status);
    }

    /**
     * Returns the failure of a PUT. S3 answers with 400 to some that are not about the object, and names these in the body.
     *
     * @param body of the response
     */
    static TargetException of(String request, int status, byte[] body) {
        Matcher code = CODE.matcher(new String(body, 0, Math.min(body.length, MAX_BODY), StandardCharsets.ISO_8859_1));
        if (status != 400 || !code.find()) {
            return ofStatus(request, status);
        }
        Kind kind = switch (code.group(1)) {
            case "AuthorizationHeaderMalformed" -> Kind.MISCONFIGURED;
            case "ExpiredToken", "InvalidToken" -> Kind.DENIED;
            case "RequestTimeout", "IncompleteBody" -> Kind.TIMEOUT;
            default -> Kind.REFUSED;
        };
        return new TargetException(kind, request + " was answered with status 400: " + code.group(1));
    }

    Kind kind() {
        return kind;
    }
}
