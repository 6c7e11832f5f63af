package io.xg2g.source;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reader of one direction of an RTSP connection (RFC 2326): messages, and interleaved packets (section 10.12). As in
 * ffmpeg, lines end at LF, and every CR is ignored. Not thread-safe.
 */
final class RtspReader {
    /** Maximum length of the start line and headers of a message. */
    static final int MAX_HEAD = 64 * 1024;

    /** Maximum length of the body of a message: a description, or parameters. */
    static final int MAX_BODY = 1 << 20;

    private static final int BUFFER = 64 * 1024;
    private static final int PACKET_HEADER = 4;

    private final InputStream in;

    RtspReader(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER);
    }

    /** Unit of an RTSP connection: a request, a response, or a packet of interleaved binary data. */
    static final class Unit {
        /** Start line and headers; empty for a packet. */
        private final List<String> lines;

        private final byte[] bytes;

        private Unit(List<String> lines, byte[] bytes) {
            this.lines = lines;
            this.bytes = bytes;
        }

        /** Returns the unit as it was read; not to be modified. */
        byte[] bytes() {
            return bytes;
        }

        boolean isPacket() {
            return lines.isEmpty();
        }

        boolean isRequest() {
            return !lines.isEmpty() && !isResponse();
        }

        boolean isResponse() {
            return !lines.isEmpty() && lines.getFirst().startsWith("RTSP/");
        }

        /** Returns the status code of a response; 0 if it has none. */
        int status() {
            List<String> start = startLine();
            return start.size() > 1 && start.get(1).matches("\\d{3}") ? Integer.parseInt(start.get(1)) : 0;
        }

        /** Returns the parts of the start line: of a request the method, the URI and the version. */
        List<String> startLine() {
            return List.of(lines.getFirst().split(" ", 3));
        }

        /** Returns the values of a header; its name is case-insensitive. */
        List<String> headers(String name) {
            return lines.stream()
                    .skip(1)
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .toList();
        }

        /** Returns the offset of the first header of a message. */
        int firstHeader() {
            int end = 0;
            while (bytes[end] != '\n') {
                end++;
            }
            return end + 1;
        }
    }

    /**
     * Reads the next unit; empty at the end of the connection.
     *
     * @throws IOException if the unit is incomplete or too large
     */
    Optional<Unit> next() throws IOException {
        int first = in.read();
        while (first == '\r' || first == '\n') {
            first = in.read();
        }
        return switch (first) {
            case -1 -> Optional.empty();
            case '$' -> Optional.of(packet());
            default -> Optional.of(message(first));
        };
    }

    /** Returns whether more can be read without blocking. */
    boolean hasMore() throws IOException {
        return in.available() > 0;
    }

    private Unit packet() throws IOException {
        byte[] header = exactly(PACKET_HEADER - 1);
        int length = ((header[1] & 0xff) << 8) | (header[2] & 0xff);
        byte[] bytes = new byte[PACKET_HEADER + length];
        bytes[0] = '$';
        System.arraycopy(header, 0, bytes, 1, header.length);
        if (in.readNBytes(bytes, PACKET_HEADER, length) < length) {
            throw new EOFException("RTSP packet is cut off");
        }
        return new Unit(List.of(), bytes);
    }

    private Unit message(int first) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<String> lines = new ArrayList<>();
        String line = line(first, bytes);
        while (!line.isEmpty()) {
            lines.add(line);
            line = line(in.read(), bytes);
        }
        bytes.write(exactly(length(lines)));
        return new Unit(List.copyOf(lines), bytes.toByteArray());
    }

    private String line(int first, ByteArrayOutputStream bytes) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = first;
        while (c != '\n') {
            if (c < 0) {
                throw new EOFException("RTSP message is cut off");
            }
            if (bytes.size() >= MAX_HEAD) {
                throw new IOException("RTSP message has a head of more than " + MAX_HEAD + " bytes");
            }
            bytes.write(c);
            if (c != '\r') {
                line.append((char) c);
            }
            c = in.read();
        }
        bytes.write(c);
        return line.toString();
    }

    /** Returns the length of the body: that of the last header, as in ffmpeg. */
    private static int length(List<String> lines) throws IOException {
        @Nullable String length = null;
        for (String line : lines) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = line.substring(line.indexOf(':') + 1).strip();
            }
        }
        if (length == null) {
            return 0;
        }
        if (!length.matches("\\d{1,9}") || Integer.parseInt(length) > MAX_BODY) {
            throw new IOException("RTSP message has a Content-Length that is not a number from 0 to " + MAX_BODY);
        }
        return Integer.parseInt(length);
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("RTSP message is cut off");
        }
        return bytes;
    }

    /** Encodes a text of the protocol. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
