package io.xg2g.camera;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Bytes of one JPEG. Immutable; reading does not copy. */
public final class JpegBytes {
    private final byte[] bytes;

    private JpegBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Takes over an array, which must not be modified any more. */
    public static JpegBytes of(byte[] ownedArray) {
        return new JpegBytes(ownedArray);
    }

    /** Returns the number of bytes. */
    public int size() {
        return bytes.length;
    }

    /** Writes all bytes. */
    public void writeTo(OutputStream out) throws IOException {
        out.write(bytes);
    }

    /** Returns a view of the bytes. */
    public ByteBuffer readOnly() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
