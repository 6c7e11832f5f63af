package io.xg2g.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path directory;

    @Test
    void aFileThatDoesNotExistIsEmpty() throws IOException {
        assertThat(file().read()).isEmpty();
    }

    @Test
    void theLatestContentIsRead() throws IOException {
        file().write("first, and longer".getBytes(UTF_8));
        file().write("second".getBytes(UTF_8));

        assertThat(file().read())
                .hasValueSatisfying(
                        content -> assertThat(content).asString(UTF_8).isEqualTo("second"));
        try (var entries = Files.list(directory.resolve("new"))) {
            assertThat(entries).hasSize(1);
        }
    }

    @Test
    void onlyTheOwnerCanReadIt() throws IOException {
        file().write(new byte[1]);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().path())))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file().path().getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void temporaryFilesOfACrashAreReplaced() throws IOException {
        Path left = Files.createDirectories(directory.resolve("new")).resolve("state.json.tmp");
        Files.writeString(left, "half of an earlier cont");

        file().write("whole".getBytes(UTF_8));

        assertThat(Files.readString(file().path())).isEqualTo("whole");
        assertThat(left).doesNotExist();
    }

    @Test
    void aFailedWriteKeepsTheOldContent() throws IOException {
        file().write("old".getBytes(UTF_8));
        // A directory with an entry cannot be replaced by a file.
        Path obstacle = Files.createDirectory(directory.resolve("new/state.json.tmp"));
        Files.createFile(obstacle.resolve("entry"));

        assertThatIOException().isThrownBy(() -> file().write("new".getBytes(UTF_8)));

        assertThat(Files.readString(file().path())).isEqualTo("old");
    }

    private AtomicFile file() {
        return new AtomicFile(directory.resolve("new/state.json"));
    }
}
