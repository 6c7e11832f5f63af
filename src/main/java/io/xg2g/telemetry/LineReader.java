package io.xg2g.telemetry;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Line reader of bounded memory: one line, of at most {@value #MAX_LINE} bytes. Not thread-safe. */
final class LineReader implements AutoCloseable {
    /** Maximum size of a line in bytes; a row of a DCGM export has a few hundred. */
    static final int MAX_LINE = 64 * 1024;

    private static final int BUFFER = 64 * 1024;

    /** Result of reading a line. */
    sealed interface Line {
        record Text(String text) implements Line {}

        /** A line that is too long or not UTF-8. */
        record Bad(String reason) implements Line {}

        record End() implements Line {}
    }

    private static final Line.End END = new Line.End();

    private final InputStream in;
    private final byte[] line = new byte[MAX_LINE];
    private long number;

    LineReader(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER);
    }

    /** Returns the number of the last line read, from 1. */
    long number() {
        return number;
    }

    /** Reads the next line, without its terminator (LF or CRLF). */
    Line next() throws IOException {
        int length = 0;
        int read = in.read();
        if (read < 0) {
            return END;
        }
        number++;
        for (; read >= 0 && read != '\n'; read = in.read()) {
            if (length < MAX_LINE) {
                line[length] = (byte) read;
            }
            length = Math.min(length + 1, MAX_LINE + 1);
        }
        if (length > MAX_LINE) {
            return new Line.Bad("the line has more than " + MAX_LINE + " bytes");
        }
        if (length > 0 && line[length - 1] == '\r') {
            length--;
        }
        return decoded(Arrays.copyOf(line, length));
    }

    private static Line decoded(byte[] bytes) {
        try {
            return new Line.Text(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException malformed) {
            return new Line.Bad("the line is not UTF-8");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
