package io.xg2g.media;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writer of nested MP4 boxes (ISO/IEC 14496-12, 4.2). Not thread-safe. */
final class Mp4Writer {
    private byte[] data = new byte[1024];
    private int size;

    byte[] bytes() {
        return Arrays.copyOf(data, size);
    }

    int size() {
        return size;
    }

    /** Writes a box; {@code contents} writes its contents. */
    Mp4Writer box(String type, Runnable contents) {
        int start = size;
        int32(0).text(type);
        contents.run();
        BigEndian.int32(data, start, size - start);
        return this;
    }

    /** Writes a box with a version and flags. */
    Mp4Writer box(String type, int version, int flags, Runnable contents) {
        return box(type, () -> {
            int32((version << 24) | flags);
            contents.run();
        });
    }

    Mp4Writer int8(int value) {
        int at = grow(1);
        data[at] = (byte) value;
        return this;
    }

    Mp4Writer int16(int value) {
        return int8(value >> 8).int8(value);
    }

    Mp4Writer int32(int value) {
        int at = grow(4);
        BigEndian.int32(data, at, value);
        return this;
    }

    /** Writes numbers of 32 bits. */
    Mp4Writer int32s(int... values) {
        for (int value : values) {
            int32(value);
        }
        return this;
    }

    Mp4Writer int64(long value) {
        return int32((int) (value >> 32)).int32((int) value);
    }

    Mp4Writer zeros(int count) {
        grow(count);
        return this;
    }

    Mp4Writer bytes(byte[] bytes, int from, int length) {
        int at = grow(length);
        System.arraycopy(bytes, from, data, at, length);
        return this;
    }

    Mp4Writer bytes(byte[] bytes) {
        return bytes(bytes, 0, bytes.length);
    }

    Mp4Writer text(String text) {
        return bytes(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Overwrites a number of 32 bits. */
    void patch(int at, int value) {
        BigEndian.int32(data, at, value);
    }

    /** Appends zeros and returns their index. May replace the array. */
    private int grow(int more) {
        int at = size;
        size = Math.addExact(size, more);
        if (size > data.length) {
            data = Arrays.copyOf(data, Math.max(size, (int) Math.min(2L * data.length, Integer.MAX_VALUE - 8)));
        }
        return at;
    }
}
