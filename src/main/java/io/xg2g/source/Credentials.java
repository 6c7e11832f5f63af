package io.xg2g.source;

import java.net.URI;
import java.util.Optional;

/**
 * User name and password of a URL (RFC 3986, section 3.2.1), decoded.
 *
 * @param password empty if there is none
 */
record Credentials(String user, String password) {

    /** Returns the credentials of a URL; empty if it has none. */
    static Optional<Credentials> of(URI uri) {
        String info = uri.getRawUserInfo();
        if (info == null || info.isEmpty()) {
            return Optional.empty();
        }
        int colon = info.indexOf(':');
        return Optional.of(
                colon < 0
                        ? new Credentials(decoded(info), "")
                        : new Credentials(decoded(info.substring(0, colon)), decoded(info.substring(colon + 1))));
    }

    /** Decodes percent-encoding; a plus sign is not an encoded space. */
    private static String decoded(String text) {
        return text.isEmpty() ? "" : URI.create("rtsp://" + text + "@host").getUserInfo();
    }

    /** Hides the password from logs. */
    @Override
    public String toString() {
        return "credentials";
    }
}
