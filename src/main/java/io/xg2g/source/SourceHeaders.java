package io.xg2g.source;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Request headers of an HTTP source, for instance {@code User-Agent}, {@code Referer}, {@code Cookie} and
 * {@code Authorization}. They may be secret: they are sent to the host of the source only, and appear in no log and no
 * response.
 *
 * @param values by name, which is case-insensitive
 */
public record SourceHeaders(Map<String, String> values) {
    /** What is allowed, for messages. */
    public static final String ALLOWED =
            "up to 16 request headers, each with a name of letters, digits and hyphens, and a value of 1 to 4000 printable"
                    + " ASCII characters; the program itself sets Host, Range, Connection and those of the body's encoding and"
                    + " length";

    public static final SourceHeaders NONE = new SourceHeaders(Map.of());

    private static final int MAX_HEADERS = 16;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,63}");

    /** Printable ASCII, not blank at the ends (RFC 9110, section 5.5). */
    private static final Pattern VALUE = Pattern.compile("[!-~]|[!-~][ -~\t]{0,3998}[!-~]");

    /** Headers that determine the connection and the framing of messages (RFC 9110 and 9112). */
    private static final Set<String> RESERVED = Set.of(
            "host",
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authorization",
            "transfer-encoding",
            "content-length",
            "content-encoding",
            "accept-encoding",
            "te",
            "trailer",
            "upgrade",
            "expect",
            "range",
            "if-range");

    /**
     * Checks the headers.
     *
     * @throws IllegalArgumentException if a header is not {@linkplain #ALLOWED allowed}; the message contains its name only
     */
    public SourceHeaders {
        Map<String, String> checked = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        values.forEach((name, value) -> {
            if (!NAME.matcher(name).matches() || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException("a header with this name");
            }
            if (value == null || !VALUE.matcher(value).matches() || checked.put(name, value) != null) {
                throw new IllegalArgumentException(name);
            }
        });
        if (checked.size() > MAX_HEADERS) {
            throw new IllegalArgumentException(checked.size() + " headers");
        }
        values = Collections.unmodifiableMap(checked);
    }

    /** Returns the names only. */
    @Override
    public String toString() {
        return "SourceHeaders" + values.keySet();
    }
}
