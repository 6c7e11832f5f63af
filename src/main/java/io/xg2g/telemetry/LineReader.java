package io.xg2g.telemetry;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a text line by line, and holds no more of it than one line, and of that no more than a bound. */
final class LineReader implements AutoCloseable {
    /** The longest line in bytes; a row of a DCGM export has some hundred. */
    static final int MAX_LINE = 64 * 1024;

    private static final int BUFFER = 64 * 1024;

    /** What the next line is. */
    sealed interface Line {
        record Text(String text) implements Line {}

        /** A line that cannot be a row. */
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

    /** The number of the last line that was read, from 1. */
    long number() {
        return number;
    }

    /** The next line, without its end (LF or CRLF). */
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
