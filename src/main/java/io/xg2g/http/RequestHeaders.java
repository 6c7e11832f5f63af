package io.xg2g.http;

import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads request headers that may be missing or malformed. */
public final class RequestHeaders {
    private RequestHeaders() {}

    /**
     * Returns the accepted media types in order of preference; empty if the header is missing.
     *
     * @throws ProblemException if the header is malformed
     */
    public static List<MediaType> accept(HttpHeaders headers) {
        if (headers.getRequestHeader(HttpHeaders.ACCEPT).stream().allMatch(String::isBlank)) {
            return List.of();
        }
        try {
            return headers.getAcceptableMediaTypes();
        } catch (IllegalArgumentException malformed) {
            throw malformed(HttpHeaders.ACCEPT, "lists media types, for instance video/mp4");
        }
    }

    /** Returns the type of the body; {@code null} if the header is missing. ({@link RequestHeadFilter} rejects malformed ones.) */
    public static @Nullable MediaType contentType(HttpHeaders headers) {
        return headers.getMediaType();
    }

    /**
     * Returns the announced size of the body in bytes; -1 if the header is missing.
     *
     * @throws ProblemException if the header is malformed
     */
    public static long contentLength(HttpHeaders headers) {
        @Nullable String length = headers.getHeaderString(HttpHeaders.CONTENT_LENGTH);
        if (length == null) {
            return -1;
        }
        if (!length.matches("\\d{1,18}")) {
            throw malformed(HttpHeaders.CONTENT_LENGTH, "is a number of bytes");
        }
        return Long.parseLong(length);
    }

    private static ProblemException malformed(String header, String allowed) {
        return ProblemType.INVALID_REQUEST
                .with("the " + header + " header is malformed; it " + allowed)
                .asException();
    }
}
