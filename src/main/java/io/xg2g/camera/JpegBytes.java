package io.xg2g.camera;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Bytes of a JPEG image. Immutable; reading them copies nothing. */
public final class JpegBytes {
    private final byte[] bytes;

    private JpegBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Returns the image in an array.
     *
     * @param ownedArray not modified by anyone from now on
     */
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

    /** Returns a read-only view of the bytes, with a position of its own. */
    public ByteBuffer readOnly() {
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
