package io.xg2g.media;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Box of an MP4 file in an array (ISO/IEC 14496-12, 4.2), and access to its fields and child boxes. Accesses outside of the
 * box throw {@link MalformedMedia}.
 *
 * @param data the array
 * @param type four characters
 * @param start index of its header
 * @param body index of its contents
 * @param end index of its end
 */
@SuppressWarnings("ArrayRecordComponent") // A view.
record Mp4Box(byte[] data, int type, int start, int body, int end) {
    private static final int HEADER = 8;
    private static final int LARGE_HEADER = 16;

    /** Returns a box whose contents are the whole array. */
    static Mp4Box all(byte[] data) {
        return new Mp4Box(data, 0, 0, 0, data.length);
    }

    static int type(String name) {
        return BigEndian.int32(name.getBytes(StandardCharsets.ISO_8859_1), 0);
    }

    /** Returns the box {@code skipped} bytes after the start of the contents, or {@code null} at the end. */
    @Nullable
    Mp4Box first(int skipped) throws MalformedMedia {
        return at(body + skipped, end);
    }

    /** Returns the box after this one in {@code parent}, or {@code null} at its end. */
    @Nullable
    Mp4Box next(Mp4Box parent) throws MalformedMedia {
        return at(end, parent.end);
    }

    private @Nullable Mp4Box at(int at, int limit) throws MalformedMedia {
        if (at == limit) {
            return null;
        }
        if (limit - at < HEADER) {
            throw new MalformedMedia("an MP4 box exceeds the box around it");
        }
        long length = BigEndian.uint32(data, at);
        int header = HEADER;
        if (length == 1 && limit - at >= LARGE_HEADER) {
            length = BigEndian.int64(data, at + 8);
            header = LARGE_HEADER;
        }
        if (length < header || length > limit - at) {
            throw new MalformedMedia("an MP4 box exceeds the box around it");
        }
        return new Mp4Box(data, BigEndian.int32(data, at + 4), at, at + header, at + (int) length);
    }

    /** Returns the first child of a type, or {@code null}. */
    @Nullable
    Mp4Box find(String name) throws MalformedMedia {
        int wanted = type(name);
        for (Mp4Box box = first(0); box != null; box = box.next(this)) {
            if (box.type == wanted) {
                return box;
            }
        }
        return null;
    }

    /** Returns the first child of a type. */
    Mp4Box child(String name) throws MalformedMedia {
        Mp4Box box = find(name);
        if (box == null) {
            throw new MalformedMedia("the MP4 file lacks a required " + name + " box");
        }
        return box;
    }

    boolean is(String name) {
        return type == type(name);
    }

    int size() {
        return end - start;
    }

    /** Returns the index of {@code bytes} bytes at an offset from the start of the contents. */
    int position(int offset, int bytes) throws MalformedMedia {
        if (offset < 0 || bytes < 0 || end - body < (long) offset + bytes) {
            throw new MalformedMedia("an MP4 box is truncated");
        }
        return body + offset;
    }

    int int8(int offset) throws MalformedMedia {
        return data[position(offset, 1)] & 0xff;
    }

    int int16(int offset) throws MalformedMedia {
        return BigEndian.uint16(data, position(offset, 2));
    }

    int int32(int offset) throws MalformedMedia {
        return BigEndian.int32(data, position(offset, 4));
    }

    long uint32(int offset) throws MalformedMedia {
        return int32(offset) & 0xffffffffL;
    }

    long int64(int offset) throws MalformedMedia {
        return BigEndian.int64(data, position(offset, 8));
    }
}
