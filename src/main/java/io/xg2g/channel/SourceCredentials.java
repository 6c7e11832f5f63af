package io.xg2g.channel;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * User name and password of a source, in its URL (RFC 3986, section 3.2.1) or separate.
 *
 * <p>In a URL every character except letters, digits and {@code -._~} must be percent-encoded. Otherwise the user name,
 * the password or the host would be parsed wrongly.
 */
final class SourceCredentials {
    /** Hint for a URL that is possibly invalid because of its credentials. */
    static final String ENCODING =
            "; in the user name and password of a URL @ is written %40, # %23, % %25, / %2F, ? %3F,"
                    + " : %3A and a space %20 (percent-encoding), or they are given as username and password, as they are";

    private static final Set<String> SCHEMES = Set.of("http", "https", "rtsp", "rtsps");
    private static final Pattern HOST = Pattern.compile("[^:]*|[^:]*:\\d{1,5}|\\[[^]]*](?::\\d{1,5})?");
    private static final String UNRESERVED = "-._~";
    private static final int MAX_LENGTH = 200;

    private SourceCredentials() {}

    /**
     * Returns a phrase that names the character at which a URL is malformed, and its percent-encoding; empty if there is none
     * that could be encoded.
     *
     * @param index of the character; negative if it is not known
     */
    static String unencoded(String url, int index) {
        if (index < 0 || index >= url.length()) {
            return "";
        }
        int character = url.codePointAt(index);
        boolean secret = index < url.lastIndexOf('@');
        String shown =
                Character.isISOControl(character) || secret ? "a character" : "«" + Character.toString(character) + "»";
        String code = secret ? "" : ": " + encoded(Character.toString(character));
        return ": " + shown + " at position " + (index + 1) + " has to be percent-encoded" + code;
    }

    /** Returns whether a URL has credentials that are certainly not percent-encoded. */
    static boolean areUnencoded(String url) {
        String rest = url.substring(url.indexOf("//") + 2);
        int end = endOfAuthority(rest);
        String authority = rest.substring(0, end);
        boolean cutOff = !authority.contains("@") && !HOST.matcher(authority).matches() && rest.indexOf('@', end) >= 0;
        return url.contains("//") && (cutOff || authority.indexOf('@') != authority.lastIndexOf('@'));
    }

    /** Returns whether a URL may have such credentials: there is an {@code @} in its path, or it is malformed. */
    static boolean mayBeUnencoded(@Nullable String url) {
        if (url == null || !url.contains("//")) {
            return false;
        }
        String rest = url.substring(url.indexOf("//") + 2);
        int end = endOfAuthority(rest);
        return rest.indexOf('@', end) >= 0 || rest.lastIndexOf('@', end) > rest.indexOf('@');
    }

    private static int endOfAuthority(String rest) {
        for (int i = 0; i < rest.length(); i++) {
            if ("/?#\\".indexOf(rest.charAt(i)) >= 0) {
                return i;
            }
        }
        return rest.length();
    }

    /**
     * Returns the URL with separate credentials embedded.
     *
     * @param username not percent-encoded, or {@code null}; without a colon (RFC 7617, section 2)
     * @param password not percent-encoded, or {@code null}
     */
    static URI embed(URI uri, @Nullable String username, @Nullable String password) throws ChannelSpec.Invalid {
        String user = username == null ? "" : username;
        String secret = password == null ? "" : password;
        if (user.isEmpty() && secret.isEmpty()) {
            return uri;
        }
        if (user.isEmpty() || user.contains(":") || !isText(user) || !isText(secret)) {
            throw new ChannelSpec.Invalid(
                    "username or password is missing or malformed; allowed: a username without a colon if there is a"
                            + " password, each of " + MAX_LENGTH
                            + " characters at most and without control characters");
        }
        @Nullable String authority = uri.getRawAuthority();
        if (authority == null
                || uri.getScheme() == null
                || !SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))) {
            throw new ChannelSpec.Invalid(
                    "username is given with a url of another scheme; allowed: with an http, https,"
                            + " rtsp or rtsps URL");
        }
        if (authority.contains("@")) {
            throw new ChannelSpec.Invalid(
                    "username is given, and url has a user name too; allowed: credentials in one of both");
        }
        String text = uri.toString();
        int host = text.indexOf("//") + 2;
        return URI.create(text.substring(0, host) + encoded(user) + (secret.isEmpty() ? "" : ":" + encoded(secret))
                + "@" + text.substring(host));
    }

    private static boolean isText(String value) {
        return value.length() <= MAX_LENGTH
                && StandardCharsets.UTF_8.newEncoder().canEncode(value)
                && value.codePoints().noneMatch(Character::isISOControl);
    }

    private static String encoded(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (each & 0xff);
            if (c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }
}
