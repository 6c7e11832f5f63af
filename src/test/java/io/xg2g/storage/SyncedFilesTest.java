package io.xg2g.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
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

    /** A file that was moved in part would be taken for the whole one, and a kill leaves what a failure leaves before it is deleted. */
    @Test
    void aFileWhoseMoveToAnotherFileSystemFailsIsNotThere() throws Exception {
        Path zip = directory.resolve("from.zip");
        try (FileSystem other = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Files.write(other.getPath("/from"), new byte[1 << 20]);
        }
        halveCompressedSize(zip);
        Path to = directory.resolve("to");
        Files.writeString(directory.resolve("to.tmp"), "of a program that was killed");

        try (FileSystem other = FileSystems.newFileSystem(zip)) {
            assertThatThrownBy(() -> SyncedFiles.move(other.getPath("/from"), to))
                    .isInstanceOf(IOException.class);
        }

        assertThat(directory).isDirectoryContaining(zip::equals).isDirectoryNotContaining(path -> !path.equals(zip));
    }

    /** Cuts off the end of the only file in an archive (APPNOTE, section 4.3.12). */
    private static void halveCompressedSize(Path zip) throws IOException {
        byte[] bytes = Files.readAllBytes(zip);
        ByteBuffer archive = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int entry = bytes.length - Integer.BYTES;
        while (archive.getInt(entry) != 0x0201_4b50) {
            entry--;
        }
        archive.putInt(entry + 20, archive.getInt(entry + 20) / 2);
        Files.write(zip, bytes);
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
