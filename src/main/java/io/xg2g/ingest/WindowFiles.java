package io.xg2g.ingest;

import io.xg2g.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Transport streams of windows in a channel's directory.
 *
 * @param directory where they are written
 * @param delete deletes a file; must not throw
 */
record WindowFiles(Path directory, Consumer<Path> delete) {

    /** Writes a file under a new name: times repeat when a source starts again, so they make no name. */
    Path write(byte[] ts) throws IOException {
        return WholeFile.write(Files.createTempFile(directory, "source", ".ts"), ts);
    }

    /** Returns the path of a file that does not exist: the unit of such a window fails. */
    Path missing() {
        return directory.resolve("missing.ts");
    }
}
