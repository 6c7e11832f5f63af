package io.xg2g.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path temporary;

    @Test
    void theDirectoryIsCreatedWithItsParents() {
        Path wanted = temporary.resolve("var/lib/data");

        DataDirectory data = new DataDirectory(() -> wanted);

        assertThat(wanted).isDirectory();
        assertThat(data.file("state.json").path()).isEqualTo(wanted.resolve("state.json"));
        data.close();
    }

    @Test
    void theDirectoryIsLockedByOneProgramOnly() {
        DataDirectory held = new DataDirectory(() -> temporary);

        assertThatIllegalStateException()
                .isThrownBy(() -> new DataDirectory(() -> temporary))
                .withMessageContaining("xg2g.data-dir " + temporary)
                .withMessageContaining("in use by another running program");

        held.close();
        new DataDirectory(() -> temporary).close();
    }

    @Test
    void aFileInItsPlaceIsRefused() throws IOException {
        Path file = Files.createFile(temporary.resolve("file"));

        assertThatIllegalStateException()
                .isThrownBy(() -> new DataDirectory(() -> file))
                .withMessageContaining("xg2g.data-dir " + file + " cannot be used");
    }

    @Test
    void aDeletedDirectoryIsCreatedAndLockedAgain() throws IOException {
        Path wanted = temporary.resolve("data");
        DataDirectory data = new DataDirectory(() -> wanted);
        delete(wanted);

        data.restore();

        assertThat(wanted.resolve(DirectoryLock.FILE)).exists();
        assertThatIllegalStateException().isThrownBy(() -> new DataDirectory(() -> wanted));
        data.close();
        delete(wanted);
        data.restore();
        assertThat(wanted).doesNotExist();
    }

    @Test
    void aDirectoryThatCannotBeCreatedNowIsCreatedLater() throws IOException {
        Path wanted = temporary.resolve("data");
        DataDirectory data = new DataDirectory(() -> wanted);
        delete(wanted);
        Files.createFile(wanted);

        data.restore();
        data.restore();
        assertThat(wanted).isRegularFile();
        Files.delete(wanted);
        data.restore();

        assertThat(wanted.resolve(DirectoryLock.FILE)).exists();
        data.close();
    }

    private static void delete(Path directory) throws IOException {
        Files.delete(directory.resolve(DirectoryLock.FILE));
        Files.delete(directory);
    }
}
