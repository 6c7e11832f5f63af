package io.xg2g.security;

import io.xg2g.cluster.Signatures;
import io.xg2g.config.ConfigBounds;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Key that signs playback tokens: HMAC-SHA-256 (RFC 2104, FIPS 180-4). */
final class PlaybackKey {
    private static final String ALGORITHM = "HmacSHA256";
    private static final Pattern CONFIGURED = Pattern.compile("(?<id>[A-Za-z0-9]{1,16}):(?<secret>[A-Za-z0-9+/]+=*)");
    private static final int MIN_BYTES = 32;

    private final String id;
    private final SecretKeySpec secret;

    private PlaybackKey(String id, byte[] secret) {
        this.id = id;
        this.secret = new SecretKeySpec(secret, ALGORITHM);
    }

    /** Parses a configured key. The error message does not contain its value. */
    static PlaybackKey of(String configured) {
        Matcher parts = CONFIGURED.matcher(configured.strip());
        if (parts.matches()) {
            try {
                byte[] secret = Base64.getDecoder().decode(parts.group("secret"));
                if (secret.length >= MIN_BYTES) {
                    return new PlaybackKey(parts.group("id"), secret);
                }
            } catch (IllegalArgumentException _) {
                // Not Base64: rejected below.
            }
        }
        throw ConfigBounds.outside(
                "xg2g.security.playback.keys",
                "malformed",
                "an id of 1 to 16 letters or digits, a colon, and " + MIN_BYTES + " or more bytes in Base64");
    }

    /** Derives the key that all gateways of a cluster share, if none is configured. */
    static PlaybackKey ofCluster(Signatures signatures) {
        return new PlaybackKey(
                signatures.key("playback key id").substring(0, 8),
                HexFormat.of().parseHex(signatures.key("playback key")));
    }

    /** Generates a key in the format that {@link #of} parses. */
    static String random(SecureRandom random) {
        byte[] secret = new byte[MIN_BYTES];
        random.nextBytes(secret);
        byte[] id = new byte[4];
        random.nextBytes(id);
        return HexFormat.of().formatHex(id) + ':' + Base64.getEncoder().encodeToString(secret);
    }

    String id() {
        return id;
    }

    byte[] sign(byte[] content) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(secret);
            return mac.doFinal(content);
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("every Java platform supports HmacSHA256 with every key", e);
        }
    }
}
