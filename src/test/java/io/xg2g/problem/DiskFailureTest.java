package io.xg2g.problem;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiskFailureTest {

    static Stream<IOException> failuresOfADisk() {
        return Stream.of(
                new IOException("No space left on device"),
                new FileSystemException("/data/u1", null, "No space left on device"),
                new FileSystemException("/data/u1", null, "Read-only file system"),
                new FileSystemException("/data/u1", null, "Disk quota exceeded"),
                new AccessDeniedException("/data/u1"));
    }

    @ParameterizedTest
    @MethodSource("failuresOfADisk")
    void aRequestFailedByTheDiskIsRetryable(IOException failure) {
        for (Throwable thrown : Stream.of(failure, new UncheckedIOException(failure), new RuntimeException(failure))
                .toList()) {
            try (Response answer = new ProblemMapper().unexpected(thrown)) {
                assertThat(answer.getStatus()).isEqualTo(503);
                assertThat(answer.getHeaderString("Retry-After")).isEqualTo("30");
                assertThat(answer.getEntity()).isInstanceOfSatisfying(ProblemDetails.class, problem -> {
                    assertThat(problem.code()).isEqualTo("disk-full");
                    assertThat(problem.detail()).doesNotContain("/data");
                });
            }
        }
    }

    @Test
    void otherFailuresAreNotDiskFailures() {
        assertThat(DiskFailure.isCauseOf(new UncheckedIOException(new NoSuchFileException("/data/u1"))))
                .isFalse();
        assertThat(DiskFailure.isCauseOf(new IllegalStateException("No space left on device")))
                .isFalse();
    }
}
