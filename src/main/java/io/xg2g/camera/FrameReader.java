package io.xg2g.camera;

import io.xg2g.media.Jpeg;
import io.xg2g.media.JpegSplitter;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.Adler32;

/**
 * Reader of the output of {@link io.xg2g.ffmpeg.MediaProcesses#frames}: images, each after a line with its presentation
 * time, its size and its checksum. An image that does not match its line is not passed on. Not thread-safe.
 */
final class FrameReader implements JpegSplitter.Sink {
    /** Maximum size of an image. */
    static final int MAX_BYTES = 8 << 20;

    private static final long ADLER_MODULUS = 65_521;
    private static final Pattern UNIT = Pattern.compile("#tb 0: (\\d{1,9})/(\\d{1,9})\n");
    private static final Pattern LINE =
            Pattern.compile("0, *-?\\d{1,18}, *(-?\\d{1,15}), *-?\\d{1,18}, *(\\d{1,9}), *0x([0-9a-f]{8})[^\n]*\n$");

    /** Receiver of the images. */
    interface Sink {
        /**
         * Called for each image.
         *
         * @param nanos presentation time in nanoseconds; empty if there is none
         */
        void image(Jpeg image, OptionalLong nanos);

        /** Called for each image that is damaged, and skipped. */
        void invalid(String reason);
    }

    private final Sink sink;
    private final boolean encoded;
    private final JpegSplitter splitter = new JpegSplitter(MAX_BYTES, this);
    private double unitNanos;

    /**
     * Creates a reader.
     *
     * @param encoded whether ffmpeg encoded the images; those of a camera may be followed by padding
     */
    FrameReader(boolean encoded, Sink sink) {
        this.encoded = encoded;
        this.sink = sink;
    }

    /** Processes the next bytes of the output. */
    void accept(byte[] bytes, int length) {
        splitter.accept(bytes, 0, length);
    }

    /** Processes the end of the output. */
    void end() {
        splitter.end();
    }

    @Override
    public void image(Jpeg image, byte[] between) {
        String text = new String(between, StandardCharsets.ISO_8859_1);
        Matcher unit = UNIT.matcher(text);
        if (unit.find()) {
            unitNanos = 1e9 * Integer.parseInt(unit.group(1)) / Math.max(1, Integer.parseInt(unit.group(2)));
        }
        Matcher line = LINE.matcher(text);
        if (!line.find()) {
            sink.invalid("an image has no line with its time");
        } else if (!matches(image, Integer.parseInt(line.group(2)), Long.parseLong(line.group(3), 16))) {
            sink.invalid("an image does not match its size or checksum");
        } else {
            OptionalLong nanos = unitNanos > 0
                    ? OptionalLong.of((long) (Long.parseLong(line.group(1)) * unitNanos))
                    : OptionalLong.empty();
            sink.image(image, nanos);
        }
    }

    @Override
    public void invalid(String reason) {
        sink.invalid(reason);
    }

    private boolean matches(Jpeg image, int size, long checksum) {
        int length = image.bytes().length;
        return length == size ? checksum(image) == checksum : !encoded && length < size;
    }

    /**
     * Returns the checksum as ffmpeg's: Adler-32 that begins with 0 instead of 1, so that its lower half is one less, and its
     * upper half less by the number of bytes.
     */
    private static long checksum(Jpeg image) {
        Adler32 adler = new Adler32();
        adler.update(image.bytes());
        long low = Math.floorMod((adler.getValue() & 0xffff) - 1, ADLER_MODULUS);
        long high = Math.floorMod((adler.getValue() >>> 16) - image.bytes().length, ADLER_MODULUS);
        return high << 16 | low;
    }
}
