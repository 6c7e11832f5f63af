package io.xg2g.security;

import io.xg2g.live.PlaybackMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The token of one playback, as it stands in addresses: {@code key.mode.content}, with the key's id, the mode's name, and in
 * Base64 (RFC 4648, section 5):
 *
 * <pre>
 *   expiry         4 bytes, seconds since 1970
 *   playback      12 bytes, random
 *   signature     32 bytes, HMAC-SHA-256 of the bytes before it, the key's id, the mode and the channel
 * </pre>
 *
 * @param playback names it in logs
 * @param expires when its first use must have come
 * @param text as it stands in addresses
 */
record PlaybackToken(String channel, PlaybackMode mode, String playback, Instant expires, String text) {
    private static final Pattern TEXT =
            Pattern.compile("(?<key>[A-Za-z0-9]{1,16})\\.(?<mode>[a-z_]{1,16})\\.(?<content>[A-Za-z0-9_-]{64})");

    private static final int PLAYBACK = 12;
    private static final int CONTENT = Integer.BYTES + PLAYBACK;
    private static final int SIGNATURE = 32;

    /** Signs a new one. */
    static PlaybackToken sign(
            PlaybackKey key, String channel, PlaybackMode mode, Instant expires, SecureRandom random) {
        byte[] playback = new byte[PLAYBACK];
        random.nextBytes(playback);
        byte[] content = ByteBuffer.allocate(CONTENT)
                .putInt((int) expires.getEpochSecond())
                .put(playback)
                .array();
        byte[] whole = ByteBuffer.allocate(CONTENT + SIGNATURE)
                .put(content)
                .put(key.sign(signed(content, key, mode, channel)))
                .array();
        String text = key.id()
                + '.'
                + mode.label()
                + '.'
                + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        return of(channel, mode, content, text);
    }

    /** Reads one that was signed for this channel with one of these keys. Whether it has expired is not asked. */
    static Optional<PlaybackToken> read(String text, String channel, List<PlaybackKey> keys) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        byte[] whole = Base64.getUrlDecoder().decode(parts.group("content"));
        byte[] content = Arrays.copyOf(whole, CONTENT);
        byte[] signature = Arrays.copyOfRange(whole, CONTENT, whole.length);
        return PlaybackMode.find(parts.group("mode"))
                .flatMap(mode -> keys.stream()
                        .filter(key -> key.id().equals(parts.group("key")))
                        .filter(key -> MessageDigest.isEqual(signature, key.sign(signed(content, key, mode, channel))))
                        .findFirst()
                        .map(_ -> of(channel, mode, content, text)));
    }

    private static PlaybackToken of(String channel, PlaybackMode mode, byte[] content, String text) {
        int expires = ByteBuffer.wrap(content).getInt();
        String playback = HexFormat.of().formatHex(content, Integer.BYTES, CONTENT);
        return new PlaybackToken(channel, mode, playback, Instant.ofEpochSecond(Integer.toUnsignedLong(expires)), text);
    }

    /** The content has a fixed length, and neither an id nor a mode has a point: no two tokens are signed alike. */
    private static byte[] signed(byte[] content, PlaybackKey key, PlaybackMode mode, String channel) {
        byte[] names = (key.id() + '.' + mode.label() + '.' + channel).getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(CONTENT + names.length)
                .put(content)
                .put(names)
                .array();
    }
}
