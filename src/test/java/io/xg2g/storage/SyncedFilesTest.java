package io.xg2g.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SyncedFilesTest {
    /** Memory file system of every Linux, and so another one than that of the temporary directory. */
    private static final Path OTHER = Path.of("/dev/shm");

    @TempDir
    Path directory;

    @Test
    void aFileMovesWithinAFileSystem() throws Exception {
        Path from = Files.writeString(directory.resolve("from"), "content");
        Path to = directory.resolve("to");

        SyncedFiles.move(from, to);
        SyncedFiles.sync(directory);

        assertThat(from).doesNotExist();
        assertThat(to).hasContent("content");
    }

    @Test
    void aFileMovesToAnotherFileSystem() throws Exception {
        Path other = Files.createTempDirectory(OTHER, "xg2g-test");
        Path to = other.resolve("to");
        try {
            Path from = Files.writeString(directory.resolve("from"), "content");

            SyncedFiles.move(from, to);

            assertThat(from).doesNotExist();
            assertThat(to).hasContent("content");

            Files.writeString(from, "more");
            assertThatThrownBy(() -> SyncedFiles.move(from, to)).isInstanceOf(FileAlreadyExistsException.class);
            assertThat(from).hasContent("more");
        } finally {
            Files.deleteIfExists(to);
            Files.delete(other);
        }
    }

    @Test
    void aFailedWriteLeavesNothing() throws Exception {
        Path full = directory.resolve("full");
        Files.createSymbolicLink(full, Path.of("/dev/full"));

        assertThatThrownBy(() -> WholeFile.write(full, new byte[1 << 16]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("No space left on device");

        assertThat(full).doesNotExist();
        assertThat(WholeFile.write(directory.resolve("whole"), new byte[] {1, 2}))
                .hasBinaryContent(new byte[] {1, 2});
    }
}
