package io.xg2g.upload;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Values of the {@code Authorization} header. */
final class Authorizations {
    private Authorizations() {}

    static String basic(String username, String password) {
        byte[] user = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(user);
    }

    static String bearer(String token) {
        return "Bearer " + token;
    }
}
