package io.xg2g.security;

import io.xg2g.live.PlaybackMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The token of one playback, as it stands in addresses: the key's id, a point, and in Base64 (RFC 4648, section 5):
 *
 * <pre>
 *   mode           1 byte
 *   expiry         4 bytes, seconds since 1970
 *   playback      12 bytes, random
 *   signature     32 bytes, HMAC-SHA-256 of the bytes before it, the key's id and the channel
 * </pre>
 *
 * @param playback names it in logs
 * @param expires when its first use must have come
 * @param text as it stands in addresses
 */
record PlaybackToken(String channel, PlaybackMode mode, String playback, Instant expires, String text) {
    private static final int PLAYBACK = 12;
    private static final int CONTENT = 1 + Integer.BYTES + PLAYBACK;
    private static final int SIGNATURE = 32;

    /** Longer ones are not even looked at. */
    private static final int LONGEST = 128;

    /** Signs a new one. */
    static PlaybackToken sign(
            PlaybackKey key, String channel, PlaybackMode mode, Instant expires, SecureRandom random) {
        byte[] playback = new byte[PLAYBACK];
        random.nextBytes(playback);
        byte[] content = ByteBuffer.allocate(CONTENT)
                .put((byte) mode.ordinal())
                .putInt((int) expires.getEpochSecond())
                .put(playback)
                .array();
        byte[] whole = ByteBuffer.allocate(CONTENT + SIGNATURE)
                .put(content)
                .put(key.sign(signed(content, key, channel)))
                .array();
        String text = key.id() + '.' + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        return of(channel, ByteBuffer.wrap(content), text);
    }

    /** Reads one that was signed for this channel with one of these keys. Whether it has expired is not asked. */
    static Optional<PlaybackToken> read(String text, String channel, List<PlaybackKey> keys) {
        int point = text.indexOf('.');
        if (point < 0 || text.length() > LONGEST) {
            return Optional.empty();
        }
        String id = text.substring(0, point);
        return keys.stream()
                .filter(key -> key.id().equals(id))
                .findFirst()
                .flatMap(key -> read(text, decoded(text.substring(point + 1)), channel, key));
    }

    private static Optional<PlaybackToken> read(String text, byte[] whole, String channel, PlaybackKey key) {
        if (whole.length != CONTENT + SIGNATURE || whole[0] < 0 || whole[0] >= PlaybackMode.values().length) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(whole);
        byte[] content = new byte[CONTENT];
        bytes.get(content);
        byte[] signature = new byte[SIGNATURE];
        bytes.get(signature);
        return MessageDigest.isEqual(signature, key.sign(signed(content, key, channel)))
                ? Optional.of(of(channel, ByteBuffer.wrap(content), text))
                : Optional.empty();
    }

    private static PlaybackToken of(String channel, ByteBuffer content, String text) {
        PlaybackMode mode = PlaybackMode.values()[content.get()];
        Instant expires = Instant.ofEpochSecond(Integer.toUnsignedLong(content.getInt()));
        byte[] playback = new byte[PLAYBACK];
        content.get(playback);
        return new PlaybackToken(channel, mode, HexFormat.of().formatHex(playback), expires, text);
    }

    /** The content has a fixed length, and an id no point: no two tokens are signed alike. */
    private static byte[] signed(byte[] content, PlaybackKey key, String channel) {
        byte[] names = (key.id() + '.' + channel).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(CONTENT + names.length)
                .put(content)
                .put(names)
                .array();
    }

    /** Only what an encoder would write: else one token could be written in several ways. */
    private static byte[] decoded(String base64) {
        try {
            byte[] bytes = Base64.getUrlDecoder().decode(base64);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(base64) ? bytes : new byte[0];
        } catch (IllegalArgumentException _) {
            return new byte[0];
        }
    }
}
