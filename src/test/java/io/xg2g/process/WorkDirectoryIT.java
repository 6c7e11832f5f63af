package io.xg2g.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryIT {
    @TempDir
    Path directory;

    @Test
    void theDirectoryIsReadableByItsOwnerOnly() throws Exception {
        try (Held held = hold()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("work"))))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(held.work.create())))
                    .isEqualTo("rwx------");
        }
    }

    @Test
    void freeSpaceIsMeasured() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (Held held = hold()) {
            new DiskMetrics(registry, held.work);

            assertThat(registry.get("xg2g.disk.free.bytes").gauge().value()).isPositive();

            // When it is deleted and replaced by a file
            deleteRoot();
            Files.createFile(directory.resolve("work"));

            // Then the free space is 0, which fires the alert
            assertThat(registry.get("xg2g.disk.free.bytes").gauge().value()).isZero();
            assertThat(held.work.unavailable()).isPresent();
            Files.delete(directory.resolve("work"));
            assertThat(registry.get("xg2g.disk.free.bytes").gauge().value()).isPositive();
            assertThat(held.work.unavailable()).isEmpty();
        }
    }

    @Test
    void aDeletedDirectoryIsCreatedAgain() throws Exception {
        try (Held held = hold()) {
            deleteRoot();

            Path made = held.work.create();

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("work"))))
                    .isEqualTo("rwx------");
            assertThat(made).isDirectory();
            assertThatIllegalStateException().isThrownBy(this::hold).withMessageContaining("in use by another");
        }
        hold().close();
    }

    @Test
    void deletedUnitDirectoriesInUseAreCreatedAgain() throws Exception {
        try (Held held = hold()) {
            Path used = held.work.create();
            Path over = held.work.create();
            held.work.delete(over);
            Files.delete(used);

            held.work.restoreDeleted();

            assertThat(used).isDirectory();
            assertThat(over).doesNotExist();
            held.work.remove();
            held.work.restoreDeleted();
            assertThat(directory.resolve("work")).doesNotExist();
        }
    }

    @Test
    void aDirectoryWithoutItsLockFileIsRecognized() throws Exception {
        Path left;
        try (Held held = hold()) {
            left = held.work.create();
        }
        Files.delete(directory.resolve("work/lock"));

        hold().close();
        assertThat(left).doesNotExist();

        Files.delete(directory.resolve("work/lock"));
        Files.createFile(directory.resolve("work/diary.txt"));
        assertThatIllegalStateException().isThrownBy(this::hold).withMessageContaining("not this program's");
    }

    @Test
    void theDirectoryIsLockedByOneProgram() {
        try (Held _ = hold()) {
            assertThatIllegalStateException()
                    .isThrownBy(this::hold)
                    .withMessageContaining("xg2g.ffmpeg.work-dir")
                    .withMessageContaining("in use by another running program");
        }
        hold().close();
    }

    @Test
    void aSymbolicLinkIsRefused() throws Exception {
        Files.createSymbolicLink(directory.resolve("work"), Files.createDirectory(directory.resolve("elsewhere")));

        assertThatIllegalStateException().isThrownBy(this::hold).withMessageContaining("is not a directory of user");
    }

    @Test
    void filesOfAKilledPredecessorAreDeleted() throws Exception {
        Path left;
        try (Held held = hold()) {
            left = Files.createDirectory(held.work.create().resolve("deeper"));
            Files.writeString(left.resolve("file"), "left over");
        }
        Process orphan = sleeping(left, left);
        Process stranger = sleeping(left, directory);
        try (Held _ = hold()) {
            assertThat(orphan.waitFor(Patience.seconds(30).toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(stranger.isAlive()).isTrue();
            assertThat(left).doesNotExist();
            assertThat(directory.resolve("work").resolve("lock")).exists();
        } finally {
            orphan.destroyForcibly();
            stranger.destroyForcibly();
        }
    }

    @Test
    void deletingAMissingFileIsNoError() {
        try (Held held = hold()) {
            Path made = held.work.create();
            held.work.delete(made);
            held.work.delete(made);
            assertThat(made).doesNotExist();
        }
    }

    /** For instance segments of a channel whose retention is over. */
    @RepeatedTest(5)
    void aDirectoryIsDeletedWhileAnotherThreadDeletesItsFiles() throws Exception {
        try (Held held = hold()) {
            Path made = held.work.create();
            for (int i = 0; i < 500; i++) {
                Files.createFile(made.resolve("file-" + i));
            }
            List<Path> files;
            try (Stream<Path> entries = Files.list(made)) {
                files = entries.toList();
            }
            CountDownLatch begun = new CountDownLatch(1);
            Thread other = Thread.ofPlatform().start(() -> {
                begun.countDown();
                files.reversed().forEach(held.work::delete);
            });
            begun.await();

            held.work.delete(made);
            other.join();

            assertThat(made).doesNotExist();
        }
    }

    private void deleteRoot() throws IOException {
        Files.delete(directory.resolve("work/lock"));
        Files.delete(directory.resolve("work"));
    }

    private static Process sleeping(Path where, Path home) throws IOException {
        ProcessBuilder builder = new ProcessBuilder("sleep", "1000").directory(where.toFile());
        builder.environment().put("HOME", home.toString());
        return builder.start();
    }

    private record Held(WorkDirectory work) implements AutoCloseable {
        @Override
        public void close() {
            work.close();
        }
    }

    private Held hold() {
        return new Held(new WorkDirectory(new ProcessSettings(
                directory.resolve("work"), 256 << 20, Optional.empty(), Duration.ofSeconds(1), 0, 0, 0)));
    }
}
