package io.xg2g.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes files completely or not at all: the remains of a failed write are deleted. */
public final class WholeFile {
    private WholeFile() {}

    public static Path write(Path file, byte[] bytes) throws IOException {
        try {
            return Files.write(file, bytes);
        } catch (IOException full) {
            Files.deleteIfExists(file);
            throw full;
        }
    }
}
