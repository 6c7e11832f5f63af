package io.xg2g.channel;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.storage.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The channels that the API has added, as a JSON file that is replaced as a whole. Sources can hold passwords, so only its
 * owner can read it.
 */
@RegisterForReflection(targets = ChannelSpec.class)
final class ChannelFile {
    private final AtomicFile file;
    private final ObjectMapper json;

    ChannelFile(Path file, ObjectMapper json) {
        this.file = new AtomicFile(file);
        this.json = json;
    }

    /**
     * Reads the file; there is none before the first channel is added.
     *
     * @throws IllegalStateException if it cannot be read or is not what was written
     */
    List<ChannelSpec> read() {
        try {
            Optional<byte[]> content = file.read();
            return content.isEmpty() ? List.of() : json.readValue(content.get(), new TypeReference<>() {});
        } catch (JacksonException damaged) {
            throw new IllegalStateException(
                    "xg2g.live.channels-file " + file.path() + " is not a list of channels; mend or remove it",
                    damaged);
        } catch (IOException unreadable) {
            throw new IllegalStateException("xg2g.live.channels-file " + file.path() + " cannot be read", unreadable);
        }
    }

    /** Replaces the content. */
    void write(List<ChannelSpec> channels) throws IOException {
        file.write(json.writerWithDefaultPrettyPrinter().writeValueAsBytes(channels));
    }
}
