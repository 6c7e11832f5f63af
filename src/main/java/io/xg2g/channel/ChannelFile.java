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
 * JSON file of the channels that were added by the API. Replaced atomically; readable by its owner only, because
 * sources can contain passwords.
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
     * Reads the file; returns an empty list if it does not exist.
     *
     * @throws IllegalStateException if it cannot be read or parsed
     */
    List<ChannelSpec> read() {
        try {
            Optional<byte[]> content = file.read();
            return content.isEmpty() ? List.of() : json.readValue(content.get(), new TypeReference<>() {});
        } catch (JacksonException damaged) {
            throw new IllegalStateException(
                    "xg2g.live.channels-file " + file.path() + " is not a JSON list of channels; repair or remove it",
                    damaged);
        } catch (IOException unreadable) {
            throw new IllegalStateException("xg2g.live.channels-file " + file.path() + " cannot be read", unreadable);
        }
    }

    /** Replaces the content of the file. */
    void write(List<ChannelSpec> channels) throws IOException {
        file.write(json.writerWithDefaultPrettyPrinter().writeValueAsBytes(channels));
    }
}
