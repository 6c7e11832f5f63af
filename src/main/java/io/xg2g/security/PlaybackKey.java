package io.xg2g.security;

import io.xg2g.cluster.Signatures;
import io.xg2g.config.ConfigBounds;
import io.xg2g.http.HmacSha256;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Key that signs playback tokens: HMAC-SHA256. */
final class PlaybackKey {
    private static final Pattern CONFIGURED = Pattern.compile("(?<id>[A-Za-z0-9]{1,16}):(?<secret>[A-Za-z0-9+/]+=*)");
    private static final int MIN_BYTES = 32;

    private final String id;
    private final byte[] secret;

    private PlaybackKey(String id, byte[] secret) {
        this.id = id;
        this.secret = secret;
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
        return HmacSha256.of(secret, content);
    }
}
