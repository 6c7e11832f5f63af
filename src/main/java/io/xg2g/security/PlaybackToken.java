package io.xg2g.security;

import io.xg2g.channel.PlaybackMode;
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
 * A signed playback token in a URL. It contains everything that decides its validity, so that every process with the
 * key can verify it. There are two kinds:
 *
 * <ul>
 *   <li>An <em>entry token</em> opens a channel: master playlist, manifest, continuous stream, preview. It is valid for every
 *       client for a while, then only for the client that it was issued to.
 *   <li>A <em>segment token</em> is in the URLs of the opened playlist or manifest, and is valid only for the client that opened
 *       it.
 * </ul>
 *
 * The format is {@code key.mode.content}: the id of the key, the name of the mode, and in Base64 (RFC 4648, section 5):
 *
 * <pre>
 *   playback      12 bytes, random
 *   client         8 bytes of HMAC-SHA-256 over 1, the playback and the client's address, truncated
 *   open until     4 bytes, seconds since 1970: until then every client is accepted; 0 in a segment token
 *   ends           4 bytes, seconds since 1970: until then its client is accepted
 *   credential     8 bytes, see {@link CredentialId}
 *   signature     18 bytes of HMAC-SHA-256 over 0, the bytes before it, the key's id, the mode and the channel, truncated
 * </pre>
 *
 * @param text as in URLs
 */
record PlaybackToken(PlaybackKey key, Claims claims, String text) {
    private static final Pattern TEXT =
            Pattern.compile("(?<key>[A-Za-z0-9]{1,16})\\.(?<mode>[a-z_]{1,16})\\.(?<content>[A-Za-z0-9_-]{72})");

    private static final int PLAYBACK = 12;
    private static final int CONTENT = PLAYBACK + Long.BYTES + Integer.BYTES + Integer.BYTES + Long.BYTES;

    /** Makes the total length a multiple of three, so that no bit of its Base64 is unused. */
    private static final int SIGNATURE = 18;

    private static final byte SIGNING = 0;
    private static final byte CLIENT = 1;

    /**
     * The signed content.
     *
     * @param playback 24 hexadecimal digits that identify it in logs
     * @param client tag of the client's address, see {@link #tag}
     * @param openUntil until then every client is accepted; {@link Instant#EPOCH} in a segment token
     * @param ends until then its client is accepted
     */
    record Claims(
            String channel,
            PlaybackMode mode,
            String playback,
            long client,
            Instant openUntil,
            Instant ends,
            CredentialId credential) {

        private byte[] bytes() {
            return ByteBuffer.allocate(CONTENT)
                    .put(HexFormat.of().parseHex(playback))
                    .putLong(client)
                    .putInt((int) openUntil.getEpochSecond())
                    .putInt((int) ends.getEpochSecond())
                    .putLong(credential.value())
                    .array();
        }

        private static Claims read(String channel, PlaybackMode mode, byte[] content) {
            ByteBuffer bytes = ByteBuffer.wrap(content).position(PLAYBACK);
            return new Claims(
                    channel,
                    mode,
                    HexFormat.of().formatHex(content, 0, PLAYBACK),
                    bytes.getLong(),
                    Instant.ofEpochSecond(Integer.toUnsignedLong(bytes.getInt())),
                    Instant.ofEpochSecond(Integer.toUnsignedLong(bytes.getInt())),
                    new CredentialId(bytes.getLong()));
        }
    }

    /** Generates the id of a new playback. */
    static String newPlayback(SecureRandom random) {
        byte[] playback = new byte[PLAYBACK];
        random.nextBytes(playback);
        return HexFormat.of().formatHex(playback);
    }

    /** Returns the tag of a client's address, which does not reveal the address without the key. */
    static long tag(PlaybackKey key, String playback, String client) {
        byte[] mac = key.sign(concat(CLIENT, HexFormat.of().parseHex(playback), client));
        return ByteBuffer.wrap(mac).getLong();
    }

    /** Signs a token. */
    static PlaybackToken sign(PlaybackKey key, Claims claims) {
        byte[] content = claims.bytes();
        byte[] whole = Arrays.copyOf(content, CONTENT + SIGNATURE);
        System.arraycopy(signature(key, claims.mode(), claims.channel(), content), 0, whole, CONTENT, SIGNATURE);
        String text = key.id()
                + '.'
                + claims.mode().label()
                + '.'
                + Base64.getUrlEncoder().withoutPadding().encodeToString(whole);
        return new PlaybackToken(key, claims, text);
    }

    /**
     * Parses a token, and verifies that it was signed for this channel with one of these keys. Its expiry is not
     * checked.
     */
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
                        .filter(key -> MessageDigest.isEqual(signature, signature(key, mode, channel, content)))
                        .findFirst()
                        .map(key -> new PlaybackToken(key, Claims.read(channel, mode, content), text)));
    }

    /** Returns whether it is an entry token; otherwise it is a segment token. */
    boolean isEntry() {
        return !claims.openUntil().equals(Instant.EPOCH);
    }

    /** Returns whether a client may use it at this time. */
    boolean admits(String client, Instant now) {
        return now.isBefore(claims.openUntil())
                || (now.isBefore(claims.ends()) && claims.client() == tag(key, claims.playback(), client));
    }

    private static byte[] signature(PlaybackKey key, PlaybackMode mode, String channel, byte[] content) {
        // Unambiguous: the content has a fixed length, and neither an id nor a mode contains a dot.
        byte[] whole = key.sign(concat(SIGNING, content, key.id() + '.' + mode.label() + '.' + channel));
        return Arrays.copyOf(whole, SIGNATURE);
    }

    private static byte[] concat(byte purpose, byte[] head, String tail) {
        byte[] names = tail.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + head.length + names.length)
                .put(purpose)
                .put(head)
                .put(names)
                .array();
    }
}
