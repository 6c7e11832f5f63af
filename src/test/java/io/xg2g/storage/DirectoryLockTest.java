package io.xg2g.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A lock whose file is removed or replaced while it is held. (Another part of this process simulates another program.)
 */
class DirectoryLockTest {
    @TempDir
    Path temporary;

    private Path directory;
    private Path file;

    @BeforeEach
    void prepare() throws Exception {
        directory = Files.createDirectory(temporary.resolve("held"));
        file = directory.resolve(DirectoryLock.FILE);
    }

    @Test
    void aRemovedLockFileIsCreatedAndLockedAgain() throws Exception {
        try (DirectoryLock held = acquire()) {
            assertThat(held.isInPlace()).isTrue();
            Files.delete(file);

            assertThat(held.isInPlace()).isFalse();
            assertRefused();
            assertThat(held.relock()).isTrue();
            assertThat(held.isInPlace()).isTrue();
            assertRefused();
        }
        acquire().close();
    }

    @Test
    void aRecreatedDirectoryAdmitsNoOtherProgram() throws Exception {
        try (DirectoryLock held = acquire()) {
            Files.delete(file);
            Files.delete(directory);
            Files.createDirectory(directory);

            assertRefused();
            assertThat(held.relock()).isTrue();
            assertThat(held.isInPlace()).isTrue();
        }
        acquire().close();
    }

    @Test
    void aLockInPlaceIsNotReplaced() throws Exception {
        try (DirectoryLock held = acquire()) {
            Object identity = Files.getAttribute(file, "unix:ino");

            assertThat(held.relock()).isTrue();

            assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(identity);
            assertRefused();
        }
    }

    @Test
    void aDirectoryReplacedByAFileIsNotLocked() throws Exception {
        try (DirectoryLock held = acquire()) {
            Files.delete(file);
            Files.delete(directory);
            Files.createFile(directory);

            assertThat(held.isInPlace()).isFalse();
            assertThatThrownBy(held::relock).isInstanceOf(FileSystemException.class);

            Files.delete(directory);
            Files.createDirectory(directory);
            assertThat(held.relock()).isTrue();
        }
    }

    @Test
    void aLockOfAnEndedProgramIsReplaced() throws Exception {
        acquire().close();
        Files.delete(file);

        acquire().close();
    }

    @Test
    void aLockFileReplacedByAnotherProgramIsLost() throws Exception {
        Path other = temporary.resolve("other");
        try (DirectoryLock held = acquire();
                FileChannel theirs = FileChannel.open(other, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertThat(theirs.tryLock()).isNotNull();
            Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);

            assertThat(held.relock()).isFalse();
            assertThat(held.isInPlace()).isFalse();
        }
    }

    private DirectoryLock acquire() throws Exception {
        return DirectoryLock.acquire("xg2g.x-dir", directory);
    }

    private void assertRefused() {
        assertThatIllegalStateException()
                .isThrownBy(this::acquire)
                .withMessageContaining("xg2g.x-dir " + directory + " is in use by another running program");
    }
}
