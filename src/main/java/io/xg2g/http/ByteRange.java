package io.xg2g.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One satisfiable byte range of a file: RFC 9110, section 14.
 *
 * @param first offset of the first byte
 * @param last offset of the last byte
 */
public record ByteRange(long first, long last) {
    private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})", Pattern.CASE_INSENSITIVE);

    public long length() {
        return last - first + 1;
    }

    /** Returns the value of {@code Content-Range} for a file of this size. */
    public String contentRange(long size) {
        return "bytes " + first + "-" + last + "/" + size;
    }

    /**
     * Evaluates the headers of a request: RFC 9110, sections 13.1.5 and 14.2. A date in {@code If-Range} never matches:
     * files that are sent in ranges have an entity tag, but no {@code Last-Modified}.
     *
     * @param range header {@code Range}, if present
     * @param ifRange header {@code If-Range}, if present
     * @param etag strong entity tag of the file, with its quotes
     * @param size of the file
     * @return empty if the whole file is to be sent
     * @throws Unsatisfiable if the range begins behind the end of the file
     */
    public static Optional<ByteRange> requested(
            @Nullable String range, @Nullable String ifRange, String etag, long size) throws Unsatisfiable {
        boolean unknown = ifRange != null && !ifRange.strip().equals(etag);
        return range == null || unknown ? Optional.empty() : parse(range, size);
    }

    /**
     * Parses a {@code Range} header.
     *
     * @param size of the file
     * @return empty if the whole file is to be sent: another unit, several ranges, or a malformed header
     * @throws Unsatisfiable if the range begins behind the end of the file
     */
    public static Optional<ByteRange> parse(String header, long size) throws Unsatisfiable {
        Matcher range = SINGLE.matcher(header.replace(" ", ""));
        if (!range.matches() || (range.group(1).isEmpty() && range.group(2).isEmpty())) {
            return Optional.empty();
        }
        boolean suffix = range.group(1).isEmpty();
        long from = suffix ? Math.max(0, size - Long.parseLong(range.group(2))) : Long.parseLong(range.group(1));
        long to = suffix || range.group(2).isEmpty() ? size - 1 : Math.min(size - 1, Long.parseLong(range.group(2)));
        if (from >= size) {
            throw new Unsatisfiable();
        }
        return from > to ? Optional.empty() : Optional.of(new ByteRange(from, to));
    }

    /** The range begins behind the end of the file. */
    public static final class Unsatisfiable extends Exception {
        private static final long serialVersionUID = 1;
    }
}
