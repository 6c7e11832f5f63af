package io.xg2g.upload;

import io.xg2g.queue.Serializer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Binary form of an {@link Upload}. Texts are in modified UTF-8 with a length of two bytes ({@link DataOutputStream}), numbers
 * big-endian.
 *
 * <pre>
 *   version        1 byte: 1
 *   kind           1 byte: 1 window, 2 deletion
 *   channel        text
 *   window:        objects of the segments, objects of the playlists, fence
 *   deletion:      count (4 bytes), names (texts), fence
 *   objects:       count (4 bytes), each: name (text), length (4 bytes), content
 *   fence          8 bytes; absent in items that were added before there were fences
 * </pre>
 */
final class UploadSerializer implements Serializer<Upload> {
    private static final int VERSION = 1;
    private static final int WINDOW = 1;
    private static final int DELETION = 2;

    private volatile Predicate<String> read = _ -> true;

    /** Limits the windows that are read to those of some channels; of the others only the names are ({@link Upload.Unread}). */
    void readOnly(Predicate<String> channels) {
        read = channels;
    }

    @Override
    public byte[] toBytes(Upload upload) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream((int) Math.min(upload.bytes() + 4096, 1 << 30));
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeByte(upload instanceof Upload.Window ? WINDOW : DELETION);
            out.writeUTF(upload.channel());
            switch (upload) {
                case Upload.Window window -> {
                    write(out, window.segments());
                    write(out, window.playlists());
                }
                case Upload.Unread unread -> throw new IllegalArgumentException(unread + " has no content");
                case Upload.Deletion deletion -> {
                    out.writeInt(deletion.names().size());
                    for (String name : deletion.names()) {
                        out.writeUTF(name);
                    }
                }
            }
            out.writeLong(upload.fence());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, List<StoredObject> objects) throws IOException {
        out.writeInt(objects.size());
        for (StoredObject object : objects) {
            out.writeUTF(object.name());
            out.writeInt(object.bytes().length);
            out.write(object.bytes());
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the bytes are of another version
     */
    @Override
    public Upload fromBytes(byte[] bytes) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readUnsignedByte();
            int kind = in.readUnsignedByte();
            if (version != VERSION || (kind != WINDOW && kind != DELETION)) {
                throw new IllegalArgumentException(
                        "upload of version " + version + " and kind " + kind + "; known is version " + VERSION);
            }
            String channel = in.readUTF();
            if (kind == WINDOW && !read.test(channel)) {
                return new Upload.Unread(channel, lastName(in));
            }
            if (kind == WINDOW) {
                List<StoredObject> segments = read(in);
                List<StoredObject> playlists = read(in);
                return new Upload.Window(channel, fence(in), segments, playlists);
            }
            List<String> names = new ArrayList<>();
            for (int left = in.readInt(); left > 0; left--) {
                names.add(in.readUTF());
            }
            return new Upload.Deletion(channel, fence(in), names);
        } catch (IOException truncated) {
            throw new UncheckedIOException(truncated);
        }
    }

    private static long fence(DataInputStream in) throws IOException {
        return in.available() > 0 ? in.readLong() : 0;
    }

    private static String lastName(DataInputStream in) throws IOException {
        String name = "";
        for (int left = in.readInt(); left > 0; left--) {
            name = in.readUTF();
            in.skipNBytes(in.readInt());
        }
        return name;
    }

    private static List<StoredObject> read(DataInputStream in) throws IOException {
        List<StoredObject> objects = new ArrayList<>();
        for (int left = in.readInt(); left > 0; left--) {
            String name = in.readUTF();
            objects.add(new StoredObject(name, in.readNBytes(in.readInt())));
        }
        return objects;
    }
}
