package io.xg2g.source;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** URLs as playlists and lists of channels contain them: with characters that no URL has. */
public final class LooseUrl {
    private static final String ILLEGAL = "\"<>^`{|}";

    /** Percent sign that encodes nothing. */
    private static final Pattern BARE_PERCENT = Pattern.compile("%(?![0-9A-Fa-f]{2})");

    private LooseUrl() {}

    /**
     * Resolves a reference (RFC 3986, section 5.2), and removes its fragment. {@link URI#resolve(URI)} follows RFC 2396, by which a reference
     * that is a query replaces the last segment of the path, too.
     *
     * @param base absolute URL with a host
     * @throws IllegalArgumentException if the reference is malformed
     */
    public static URI resolved(URI base, String reference) {
        String text = encoded(reference.strip()).replaceFirst("#.*", "");
        return text.startsWith("?")
                ? URI.create(base.getScheme() + "://" + base.getRawAuthority() + base.getRawPath() + text)
                : base.resolve(text);
    }

    /** Percent-encodes the characters that occur in no URL, and that do not end a host. */
    public static String encoded(String url) {
        StringBuilder text = new StringBuilder();
        for (byte b : BARE_PERCENT.matcher(url).replaceAll("%25").getBytes(StandardCharsets.UTF_8)) {
            if (b <= ' ' || ILLEGAL.indexOf(b) >= 0) {
                text.append(String.format(Locale.ROOT, "%%%02X", b & 0xFF));
            } else {
                text.append((char) b);
            }
        }
        return text.toString();
    }
}
