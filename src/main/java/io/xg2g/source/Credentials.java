package io.xg2g.source;

import java.net.URI;
import java.util.Optional;

/**
 * User name and password of an address (RFC 3986, section 3.2.1), decoded.
 *
 * @param password empty where none is given
 */
record Credentials(String user, String password) {

    /** Those of an address; empty where it has none. */
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

    /** Of what is percent-encoded; a plus sign is one. */
    private static String decoded(String text) {
        return text.isEmpty() ? "" : URI.create("rtsp://" + text + "@host").getUserInfo();
    }

    /** Not the password: a record that is logged by mistake tells nothing. */
    @Override
    public String toString() {
        return "credentials";
    }
}
