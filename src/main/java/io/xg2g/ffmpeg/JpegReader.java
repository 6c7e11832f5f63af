package io.xg2g.ffmpeg;

import java.nio.ByteBuffer;

/** Parser of the markers of a JPEG (ITU-T T.81, annex B). */
final class JpegReader {
    private JpegReader() {}

    /** Returns the size of a complete JPEG. */
    static Rung.Size read(ByteBuffer bytes) throws OutputCheck.Defect {
        int end = bytes.limit();
        if (end < 4 || (bytes.getShort(0) & 0xffff) != 0xffd8) {
            throw new OutputCheck.Defect(end == 0 ? "the output is empty" : "the output is not a JPEG");
        }
        if ((bytes.getShort(end - 2) & 0xffff) != 0xffd9) {
            throw new OutputCheck.Defect("the JPEG is cut short");
        }
        int at = 2;
        while (at + 4 <= end && (bytes.get(at) & 0xff) == 0xff) {
            int marker = bytes.get(at + 1) & 0xff;
            int length = bytes.getShort(at + 2) & 0xffff;
            // SOF0 to SOF15, except DHT, JPG and DAC, which are in the same range.
            if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
                return frame(bytes, at, end);
            }
            if (length < 2) {
                break;
            }
            at += 2 + length;
        }
        throw new OutputCheck.Defect("the JPEG has no frame header");
    }

    private static Rung.Size frame(ByteBuffer bytes, int at, int end) throws OutputCheck.Defect {
        if (at + 9 > end) {
            throw new OutputCheck.Defect("the JPEG is cut short");
        }
        int height = bytes.getShort(at + 5) & 0xffff;
        int width = bytes.getShort(at + 7) & 0xffff;
        if (width == 0 || height == 0) {
            throw new OutputCheck.Defect("the JPEG has no size");
        }
        return new Rung.Size(width, height);
    }
}
