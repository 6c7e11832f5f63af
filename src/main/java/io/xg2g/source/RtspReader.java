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
 * Reader of one direction of an RTSP connection (RFC 2326): messages, and packets of media between them (section 10.12). Lines
 * end where ffmpeg ends them, at LF, and every CR is left out of them. Not thread-safe.
 */
final class RtspReader {
    /** Of the start line and headers of a message. */
    static final int LONGEST_HEAD = 64 * 1024;

    /** Of the body of a message: a description, or parameters. */
    static final int LONGEST_BODY = 1 << 20;

    private static final int BUFFER = 64 * 1024;
    private static final int PACKET_HEADER = 4;

    private final InputStream in;

    RtspReader(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER);
    }

    /** What an RTSP connection carries: a request, a response, or a packet of interleaved binary data. */
    static final class Unit {
        /** The start line and the headers; none of a packet. */
        private final List<String> lines;

        private final byte[] bytes;

        private Unit(List<String> lines, byte[] bytes) {
            this.lines = lines;
            this.bytes = bytes;
        }

        /** All of it, as it was read; not to be changed. */
        byte[] bytes() {
            return bytes;
        }

        boolean isRequest() {
            return !lines.isEmpty() && !isResponse();
        }

        boolean isResponse() {
            return !lines.isEmpty() && lines.getFirst().startsWith("RTSP/");
        }

        /** The status code of a response; 0 where it has none. */
        int status() {
            List<String> start = startLine();
            return start.size() > 1 && start.get(1).matches("\\d{3}") ? Integer.parseInt(start.get(1)) : 0;
        }

        /** The parts of the start line: of a request the method, the URI and the version. */
        List<String> startLine() {
            return List.of(lines.getFirst().split(" ", 3));
        }

        /** The values of a header, in any case of its name. */
        List<String> headers(String name) {
            return lines.stream()
                    .skip(1)
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .toList();
        }

        /** Where the headers of a message begin in the bytes. */
        int firstHeader() {
            int end = 0;
            while (bytes[end] != '\n') {
                end++;
            }
            return end + 1;
        }
    }

    /**
     * The next one; empty at the end.
     *
     * @throws IOException if it is cut off, or larger than allowed
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

    /** Whether there is more that can be read without waiting. */
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
            if (bytes.size() >= LONGEST_HEAD) {
                throw new IOException("RTSP message has a head of more than " + LONGEST_HEAD + " bytes");
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

    /** The length of the body: of the last header that says it, as ffmpeg takes it. */
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
        if (!length.matches("\\d{1,9}") || Integer.parseInt(length) > LONGEST_BODY) {
            throw new IOException("RTSP message has a Content-Length that is not a number from 0 to " + LONGEST_BODY);
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

    /** Bytes of a text of the protocol. */
    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
