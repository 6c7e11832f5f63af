package io.xg2g.camera;

import io.xg2g.media.JpegImages;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Output of ffmpeg as {@link FrameReader} reads it, made by hand. */
final class Images {
    private static final int ADLER_MODULUS = 65_521;

    private Images() {}

    /** The first lines. */
    static byte[] head() {
        return "#software: Lavf\n#tb 0: 1/1000\n#media_type 0: video\n".getBytes(StandardCharsets.US_ASCII);
    }

    /** An image after its line. */
    static byte[] framed(byte[] image, long millis) {
        return framed(image, millis, image.length);
    }

    /** An image after the line of a packet of another size. */
    static byte[] framed(byte[] image, long millis, int size) {
        String line =
                String.format(Locale.ROOT, "0, %10d, %10d, %8d, %8d, 0x%08x\n", millis, millis, 1, size, adler(image));
        return JpegImages.join(line.getBytes(StandardCharsets.US_ASCII), image);
    }

    /** Adler-32 that begins with 0, by its definition (RFC 1950). */
    private static long adler(byte[] bytes) {
        long a = 0;
        long b = 0;
        for (byte each : bytes) {
            a = (a + (each & 0xff)) % ADLER_MODULUS;
            b = (b + a) % ADLER_MODULUS;
        }
        return b << 16 | a;
    }
}
