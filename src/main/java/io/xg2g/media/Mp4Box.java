package io.xg2g.media;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A box of an MP4 file that lies in an array (ISO/IEC 14496-12, 4.2), and the way to those inside of it. Every access is
 * checked against the box.
 *
 * @param data the array
 * @param type four characters
 * @param start where the box starts, with its header
 * @param body where its contents start
 * @param end where it ends, inside the array
 */
@SuppressWarnings("ArrayRecordComponent") // A view.
record Mp4Box(byte[] data, int type, int start, int body, int end) {
    private static final int HEADER = 8;
    private static final int LARGE_HEADER = 16;

    /** The whole array as the contents of a box. */
    static Mp4Box all(byte[] data) {
        return new Mp4Box(data, 0, 0, 0, data.length);
    }

    static int type(String name) {
        return BigEndian.int32(name.getBytes(StandardCharsets.ISO_8859_1), 0);
    }

    /** The box that starts {@code skipped} bytes behind the start of the contents, or null at the end. */
    @Nullable
    Mp4Box first(int skipped) throws MalformedMedia {
        return at(body + skipped, end);
    }

    /** The box behind this one inside of {@code parent}, or null at its end. */
    @Nullable
    Mp4Box next(Mp4Box parent) throws MalformedMedia {
        return at(end, parent.end);
    }

    private @Nullable Mp4Box at(int at, int limit) throws MalformedMedia {
        if (at == limit) {
            return null;
        }
        if (limit - at < HEADER) {
            throw new MalformedMedia("the MP4 boxes do not fit into each other");
        }
        long length = BigEndian.uint32(data, at);
        int header = HEADER;
        if (length == 1 && limit - at >= LARGE_HEADER) {
            length = BigEndian.int64(data, at + 8);
            header = LARGE_HEADER;
        }
        if (length < header || length > limit - at) {
            throw new MalformedMedia("the MP4 boxes do not fit into each other");
        }
        return new Mp4Box(data, BigEndian.int32(data, at + 4), at, at + header, at + (int) length);
    }

    /** The first box of the type inside of this one, or null. */
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

    /** The first box of the type inside of this one. */
    Mp4Box child(String name) throws MalformedMedia {
        Mp4Box box = find(name);
        if (box == null) {
            throw new MalformedMedia("the MP4 file has no " + name + " box where one belongs");
        }
        return box;
    }

    boolean is(String name) {
        return type == type(name);
    }

    int size() {
        return end - start;
    }

    /** Where in the array the bytes lie that are {@code offset} bytes behind the start of the contents. */
    int position(int offset, int bytes) throws MalformedMedia {
        if (offset < 0 || bytes < 0 || end - body < (long) offset + bytes) {
            throw new MalformedMedia("an MP4 box is cut short");
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
