package io.xg2g.redaction;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Redaction of credentials in URLs, Enigma2 service references and free text.
 *
 * <p>Only scheme, host and port of a URL remain: user, password, query and fragment can be secrets, and so can the
 * path, which contains the credentials of IPTV servers ({@code /live/user/password/1.ts}) and cameras (
 * {@code /user=admin&password=x}). Removed parts are redacted as {@code …}. The host is removed too if it cannot be
 * distinguished from the credentials with certainty. URLs are found and parsed whether they are percent-encoded or not,
 * up to {@value #MAX_DEPTH} times. Every method takes time linear in its input.
 */
public final class Redaction {
    private static final String REMOVED = "…";
    private static final int MAX_DEPTH = 8;

    /** Number of fields of a service reference before its URL or file. */
    private static final int FIELDS = 10;

    /** Continuation of a URL in a text, including quotation marks and brackets, which a password may contain. */
    private static final String REST = "[^\\s«»\\p{Cntrl}]*+";

    /** Continuation behind an unencoded space: up to four words before an {@code @}. */
    private static final String AFTER_SPACE = "(?:(?:[ \\t][^\\s/@]*+){1,4}+@" + REST + ")?+";

    private static final Pattern URL = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]{0,30})(:|%((?:25)*+)3[Aa])"
            + "(?:/|%(?:25)*+2[Ff]){2}(" + REST + AFTER_SPACE + ")");

    /** Query of a relative URL, as in a request line. */
    private static final Pattern QUERY = Pattern.compile("(?:\\?|%(?:25)*+3[Ff])(" + REST + ")");

    private static final Pattern ASSIGNMENT = Pattern.compile("=|%(?:25)*+3[Dd]");
    private static final Pattern HOST = Pattern.compile("(?:[A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.%]+])(?::\\d{1,5})?");
    private static final Pattern AUTHORITY = Pattern.compile("[^/?#\\\\]*+");
    private static final Pattern PUNCTUATION = Pattern.compile("['\")}>,.;:!]++$");
    private static final Pattern FIELD = Pattern.compile("[0-9A-Za-z]{0,8}");

    private Redaction() {}

    /** Returns scheme, host and port of a URL. */
    public static String url(URI url) {
        return url(url.toString());
    }

    /** Returns scheme, host and port of a URL; a text that is no URL is removed completely. */
    public static String url(String url) {
        String text = url.strip();
        Matcher matcher = URL.matcher(text);
        return matcher.lookingAt() ? redacted(matcher, text.substring(matcher.start(4))) : REMOVED;
    }

    /**
     * Returns the ten fields of an Enigma2 service reference, and scheme, host and port of the URL behind them. The
     * name of the service and the path of a file are removed.
     */
    public static String serviceReference(String reference) {
        String[] fields = reference.split(":", FIELDS + 1);
        StringBuilder redacted = new StringBuilder();
        for (int i = 0; i < FIELDS; i++) {
            if (i == fields.length || !FIELD.matcher(fields[i]).matches()) {
                return text(reference);
            }
            redacted.append(i == 0 ? "" : ":").append(fields[i]);
        }
        if (fields.length > FIELDS) {
            redacted.append(':').append(fields[FIELDS].isBlank() ? "" : url(fields[FIELDS]));
        }
        return redacted.toString();
    }

    /** Returns the text with its URLs reduced to scheme, host and port, and without the queries of relative URLs. */
    public static String text(String text) {
        if (!text.contains("//") && text.indexOf('?') < 0 && text.indexOf('%') < 0) {
            return text;
        }
        String withoutUrls = URL.matcher(text).replaceAll(match -> {
            String rest = match.group(4);
            Matcher end = PUNCTUATION.matcher(rest);
            String url = end.find() ? rest.substring(0, end.start()) : rest;
            return Matcher.quoteReplacement(
                    url.isEmpty() ? match.group() : redacted(match, url) + rest.substring(url.length()));
        });
        return QUERY.matcher(withoutUrls)
                .replaceAll(match -> Matcher.quoteReplacement(
                        ASSIGNMENT.matcher(match.group(1)).find() ? "?" + REMOVED : match.group()));
    }

    /**
     * Returns the redacted form of a matched URL. Its colon shows how many times it was encoded; {@code encoded} is the
     * text behind its slashes.
     */
    private static String redacted(MatchResult match, String encoded) {
        String start = match.group(1).toLowerCase(Locale.ROOT) + "://";
        int depth = match.group(3) == null ? 0 : 1 + match.group(3).length() / 2;
        String rest = encoded;
        for (int i = 0; i < Math.min(depth, MAX_DEPTH); i++) {
            rest = decoded(rest);
        }
        Matcher matcher = AUTHORITY.matcher(rest);
        String authority = matcher.lookingAt() ? matcher.group() : "";
        String behind = rest.substring(authority.length());
        String host = authority.substring(authority.lastIndexOf('@') + 1);
        // Behind the host, an @ may be the real end of a password that has a slash in it.
        boolean certain = depth <= MAX_DEPTH
                && HOST.matcher(host).matches()
                && fullyDecoded(behind).filter(plain -> plain.indexOf('@') < 0).isPresent();
        return start + (certain ? host + (behind.isEmpty() || behind.equals("/") ? "" : "/" + REMOVED) : REMOVED);
    }

    /** Decodes repeatedly; empty if the text is encoded more than {@value #MAX_DEPTH} times. */
    private static Optional<String> fullyDecoded(String text) {
        String before = text;
        for (int i = 0; i <= MAX_DEPTH; i++) {
            String after = decoded(before);
            if (after.equals(before)) {
                return Optional.of(after);
            }
            before = after;
        }
        return Optional.empty();
    }

    /** Decodes each valid escape once, and leaves the rest unchanged. */
    private static String decoded(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            boolean escape = bytes[i] == '%' && i + 2 < bytes.length;
            int high = escape ? Character.digit(bytes[i + 1], 16) : -1;
            int low = escape ? Character.digit(bytes[i + 2], 16) : -1;
            if (high >= 0 && low >= 0) {
                decoded.write(high << 4 | low);
                i += 2;
            } else {
                decoded.write(bytes[i]);
            }
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }
}
