package io.xg2g.receiver;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** A user and a password, which are never printed. */
record Credentials(String username, String password) {

    /** For HTTP Basic authentication (RFC 7617), sent without being asked for. */
    Map<String, String> headers() {
        byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }

    @Override
    public String toString() {
        return "Credentials[hidden]";
    }
}
