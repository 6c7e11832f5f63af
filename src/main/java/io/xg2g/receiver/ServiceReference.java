package io.xg2g.receiver;

import io.xg2g.redaction.Redaction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Enigma2 service reference: ten fields separated by colons, then an optional path (a URL or a file) and an optional name: {@code 1:0:19:132F:3EF:1:C00000:0:0:0:}.
 */
record ServiceReference(String text) {
    private static final int MAX_LENGTH = 2048;
    private static final int FIELDS = 10;

    private static final int DIRECTORY = 1;

    /** Flags of the second field of entries that are not services: directory, marker, invisible. */
    private static final int NOT_PLAYABLE = DIRECTORY | 64 | 512;

    /** Flag of the second field of a group of alternatives. */
    private static final int GROUP = 128;

    private static final String UNRESERVED = "-._~:";

    ServiceReference {
        if (text.isBlank() || text.length() > MAX_LENGTH || text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "a service reference has 1 to " + MAX_LENGTH + " characters and no control characters");
        }
    }

    /** Parses a reference; returns empty if it is invalid. */
    static Optional<ServiceReference> of(String text) {
        try {
            return Optional.of(new ServiceReference(text.strip()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Returns the canonical form, without name and trailing colon, in upper case. */
    String key() {
        List<String> fields = fields();
        boolean hasPath = fields.size() > FIELDS && !fields.get(FIELDS).isEmpty();
        return fields.size() < FIELDS || hasPath
                ? text
                : String.join(":", fields.subList(0, FIELDS)).toUpperCase(Locale.ROOT);
    }

    /** Returns whether the reference names a service, rather than a directory or a marker. */
    boolean playable() {
        List<String> fields = fields();
        return fields.size() >= FIELDS
                && fields.get(0).matches("[0-9]{1,9}")
                && fields.get(1).matches("[0-9]{1,9}")
                && (Integer.parseInt(fields.get(1)) & NOT_PLAYABLE) == 0;
    }

    /** Returns whether the reference names a bouquet, which an entry of another one may be. */
    boolean isBouquet() {
        List<String> fields = fields();
        return fields.size() > FIELDS
                && fields.get(1).matches("[0-9]{1,9}")
                && (Integer.parseInt(fields.get(1)) & DIRECTORY) != 0
                && fields.get(FIELDS).contains("FROM BOUQUET");
    }

    /** Returns whether the reference names a group of alternative services, of which one is played. */
    boolean isGroup() {
        return playable() && (Integer.parseInt(fields().get(1)) & GROUP) != 0;
    }

    /** Returns the network stream that the reference names instead of a service of the receiver. */
    Optional<ExternalStream> external() {
        List<String> fields = fields();
        return fields.size() > FIELDS ? ExternalStream.of(fields.get(0), fields.get(FIELDS)) : Optional.empty();
    }

    /** Returns the path of the stream at a stream port. */
    String path() {
        return "/" + encode(text);
    }

    /** Returns the file name of the logo; empty for references with a path. */
    Optional<String> picon() {
        String key = key();
        return key.matches("[0-9A-F:]+") ? Optional.of(key.replace(':', '_') + ".png") : Optional.empty();
    }

    /** Percent-encodes a text for any part of a URL. */
    static String encode(String text) {
        StringBuilder encoded = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            char letter = (char) (octet & 0xFF);
            boolean plain = letter < 0x80 && (Character.isLetterOrDigit(letter) || UNRESERVED.indexOf(letter) >= 0);
            if (plain) {
                encoded.append(letter);
            } else {
                encoded.append('%').append(String.format(Locale.ROOT, "%02X", (int) letter));
            }
        }
        return encoded.toString();
    }

    /** Returns the reference for logs: without credentials, path and query of a URL. */
    @Override
    public String toString() {
        return Redaction.serviceReference(text);
    }

    private List<String> fields() {
        return List.of(text.split(":", -1));
    }
}
