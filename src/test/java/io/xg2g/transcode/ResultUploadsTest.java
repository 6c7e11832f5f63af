package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultUploadsTest {
    private static final Duration LONG = Duration.ofDays(40);

    @TempDir
    Path data;

    private final ManualTime time = new ManualTime();
    private WaitingResults results;

    @BeforeEach
    void open() {
        results = new WaitingResults(data, time);
    }

    private String complete() {
        return results.complete(null, Map.of("720p.mp4", new byte[10]));
    }

    @Test
    void aResultStaysUntilItIsUploadedAndIsRetainedFromThenOn() throws IOException {
        String id = complete();
        time.advance(LONG);
        results.sweep();
        assertThat(results.state(id)).isEqualTo("uploading");
        assertThat(results.uploads().waiting()).containsExactly(id);

        try (ResultUploads.Result result = results.uploads().open(id).orElseThrow()) {
            assertThat(result.directory()).isEqualTo("transcodes/" + id);
            assertThat(result.isUnique()).isTrue();
            assertThat(result.files()).singleElement().satisfies(file -> {
                assertThat(file.name()).isEqualTo("720p.mp4");
                assertThat(file.file()).hasSize(10);
            });
            result.uploaded("https://cdn.example.org/transcodes/" + id + "/");
        }

        assertThat(results.callbacks).containsExactly(id + " uploaded");
        results.restart();
        time.advance(Duration.ofMinutes(9));
        assertThat(results.state(id)).isEqualTo("uploaded");
        assertThat(results.uploads().open(id)).isEmpty();
        time.advance(Duration.ofMinutes(2));
        assertThat(results.state(id)).isEqualTo("gone");
    }

    @Test
    void aFailedUploadIsRetainedLongerAndCanBeRetried() throws IOException {
        String id = complete();
        assertThat(results.retry(id)).isFalse();
        try (ResultUploads.Result result = results.uploads().open(id).orElseThrow()) {
            result.failed("PUT was answered with status 413");
        }
        assertThat(results.callbacks).containsExactly(id + " failed");
        results.restart();
        time.advance(Duration.ofHours(23));
        assertThat(results.state(id)).isEqualTo("failed");

        assertThat(results.retry(id)).isTrue();

        assertThat(results.added).containsExactly(id);
        results.restart();
        assertThat(results.state(id)).isEqualTo("uploading");
    }

    @Test
    void aDeletedResultIsNotWantedAndItsFilesStayWhileTheyAreRead() throws IOException {
        String id = complete();
        try (ResultUploads.Result result = results.uploads().open(id).orElseThrow()) {
            Path file = result.files().getFirst().file();
            results.delete(id);
            assertThat(result.isWanted()).isFalse();
            assertThat(file).exists();
            result.uploaded("https://cdn.example.org/");
        }
        assertThat(results.callbacks).isEmpty();
        assertThat(data.resolve("jobs").resolve(id)).doesNotExist();
    }

    @Test
    void furtherUploadsAreRefusedWhileTooMuchWaits() throws IOException {
        results.maxBytes = 20;
        complete();
        assertThatCode(() -> results.uploads().checkAvailable()).doesNotThrowAnyException();
        String second = complete();

        assertThatThrownBy(() -> results.uploads().checkAvailable())
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().type()).isEqualTo(ProblemType.UPLOAD_QUEUE_FULL))
                .hasMessageContaining("20 bytes")
                .hasMessageContaining("xg2g.upload.max-result-bytes");
        assertThat(results.uploads().full()).isPresent();
        results.delete(second);
        assertThat(results.uploads().full()).isEmpty();
    }

    @Test
    void withoutATargetUploadsAreRefused() {
        results.configured = false;
        assertThatThrownBy(() -> results.uploads().checkAvailable())
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("xg2g.upload.url");
    }
}
