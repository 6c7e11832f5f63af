package io.xg2g.live;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/**
 * The channels that the API has added, in a JSON file. It is replaced whole: written under another name, synced, renamed.
 * Sources can hold passwords, so only its owner can read it.
 */
@RegisterForReflection(targets = ChannelSpec.class)
final class ChannelFile {
    private final Path file;
    private final ObjectMapper json;

    ChannelFile(Path file, ObjectMapper json) {
        this.file = file.toAbsolutePath().normalize();
        this.json = json;
    }

    /**
     * Reads the file; there is none before the first channel is added.
     *
     * @throws IllegalStateException if it cannot be read or is not what was written
     */
    List<ChannelSpec> read() {
        try {
            return json.readValue(Files.readAllBytes(file), new TypeReference<List<ChannelSpec>>() {});
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (JacksonException damaged) {
            throw new IllegalStateException(
                    "xg2g.live.channels-file " + file + " is not a list of channels; mend or remove it", damaged);
        } catch (IOException unreadable) {
            throw new IllegalStateException("xg2g.live.channels-file " + file + " cannot be read", unreadable);
        }
    }

    /** Replaces what is kept. */
    void write(List<ChannelSpec> channels) throws IOException {
        Path directory = file.getParent();
        if (directory == null) {
            throw new IOException("xg2g.live.channels-file has no directory");
        }
        Files.createDirectories(directory);
        Path fresh = Files.createTempFile(
                directory,
                "channels",
                ".tmp",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(fresh, json.writerWithDefaultPrettyPrinter().writeValueAsBytes(channels));
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
