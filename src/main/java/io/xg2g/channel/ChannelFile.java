package io.xg2g.channel;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.storage.JsonList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * JSON file of the channels that were added by the API. Replaced atomically; readable by its owner only, because
 * sources can contain passwords.
 */
@RegisterForReflection(targets = ChannelSpec.class)
final class ChannelFile {
    private final JsonList<ChannelSpec> list;

    ChannelFile(Path file, ObjectMapper json) {
        this.list = new JsonList<>("xg2g.live.channels-file", "channels", file, json, new TypeReference<>() {});
    }

    /**
     * Reads the file; returns an empty list if it does not exist.
     *
     * @throws IllegalStateException if it cannot be read or parsed
     */
    List<ChannelSpec> read() {
        return list.read();
    }

    /** Replaces the content of the file. */
    void write(List<ChannelSpec> channels) throws IOException {
        list.write(channels);
    }
}
