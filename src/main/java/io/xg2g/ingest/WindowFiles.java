package io.xg2g.ingest;

import io.xg2g.storage.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Writer of window files (MPEG-TS) to a channel's directory.
 *
 * @param directory where they are written
 * @param delete deletes a file; must not throw
 */
record WindowFiles(Path directory, Consumer<Path> delete) {

    /**
     * Writes a file under a unique name; window times are not unique, since they repeat after a restart of the source.
     */
    Path write(byte[] ts) throws IOException {
        return WholeFile.write(Files.createTempFile(directory, "source", ".ts"), ts);
    }

    /** Returns the path of a file that does not exist, for a window that could not be written; its unit fails. */
    Path missing() {
        return directory.resolve("missing.ts");
    }
}
