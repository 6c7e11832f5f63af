package io.xg2g.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes files whole or not at all: what a full disk leaves of one is deleted again. */
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
