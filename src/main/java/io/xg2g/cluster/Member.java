package io.xg2g.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A gateway of the cluster.
 *
 * @param name stays the same when the gateway starts again
 * @param host name or address at which the other members reach it
 * @param port of its port for the other members
 * @param run random identifier of the process: another one after each start
 */
public record Member(String name, String host, int port, String run) {
    private static final Pattern ENTRY =
            Pattern.compile("(\\S{1,253}) (\\d{1,5}) ([a-z0-9]{1,64}) ([A-Za-z0-9_-]{43})");

    /** Returns the entry of the gateway in Redis, signed by the cluster's secret. */
    String entry(String secret) {
        return host + " " + port + " " + run + " " + signature(secret);
    }

    /** Reads an entry; empty if it is malformed, or signed by another secret. */
    static Optional<Member> of(String name, String entry, String secret) {
        Matcher fields = ENTRY.matcher(entry);
        if (!fields.matches()) {
            return Optional.empty();
        }
        Member member = new Member(name, fields.group(1), Integer.parseInt(fields.group(2)), fields.group(3));
        boolean genuine = MessageDigest.isEqual(
                member.signature(secret).getBytes(StandardCharsets.US_ASCII),
                fields.group(4).getBytes(StandardCharsets.US_ASCII));
        return genuine && member.port >= 1 && member.port <= 65_535 ? Optional.of(member) : Optional.empty();
    }

    private String signature(String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] text = String.join("\n", "member", name, host, Integer.toString(port), run)
                    .getBytes(StandardCharsets.UTF_8);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal(text));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
