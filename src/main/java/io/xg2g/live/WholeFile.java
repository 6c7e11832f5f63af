package io.xg2g.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes files whole or not at all: what a full disk leaves of one is deleted again. */
final class WholeFile {
    private WholeFile() {}

    static Path write(Path file, byte[] bytes) throws IOException {
        try {
            return Files.write(file, bytes);
        } catch (IOException full) {
            Files.deleteIfExists(file);
            throw full;
        }
    }
}
