package io.xg2g.receiver;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/** User name and password; {@link #toString} hides both. */
record Credentials(String username, String password) {

    /** Returns the header for preemptive HTTP Basic authentication (RFC 7617). */
    Map<String, String> headers() {
        byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
        return Map.of("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }

    @Override
    public String toString() {
        return "Credentials[hidden]";
    }
}
