package io.xg2g.durability;

import io.xg2g.queue.Serializer;
import java.nio.charset.StandardCharsets;

/** Serializer of texts in UTF-8, for instance ids. */
public final class TextSerializer implements Serializer<String> {
    @Override
    public byte[] toBytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String fromBytes(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
