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
            assertThat(result.uploaded("https://cdn.example.org/transcodes/" + id + "/"))
                    .isTrue();
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
        fail(id);
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
            assertThat(result.uploaded("https://cdn.example.org/")).isFalse();
            assertThat(result.failed("PUT was answered with status 413")).isFalse();
        }
        assertThat(results.callbacks).isEmpty();
        assertThat(data.resolve("jobs").resolve(id)).doesNotExist();
    }

    @Test
    void furtherUploadsAreRefusedWhileTooMuchWaits() throws IOException {
        results.maxBytes = 20;
        completeFor("one");
        available("other");
        String second = completeFor("other");

        refused("third", "20 bytes wait for their upload, of which this client has 0;");
        results.delete(second);
        available("third");
    }

    @Test
    void oneClientGetsHalfOfTheBound() throws IOException {
        results.maxBytes = 40;
        String first = completeFor("greedy");
        available("greedy");
        completeFor("greedy");

        refused("greedy", "the limit is 40 (xg2g.upload.max-result-bytes), and 20 for one client");
        available("other");
        fail(first);
        available("greedy");
        completeFor("greedy");
        assertThatThrownBy(() -> results.retry(first)).hasMessageContaining("20 for one client");
        assertThat(results.state(first)).isEqualTo("failed");
    }

    private String completeFor(String client) {
        return results.complete(client, null, Map.of("720p.mp4", new byte[10]));
    }

    private void fail(String id) throws IOException {
        try (ResultUploads.Result result = results.uploads().open(id).orElseThrow()) {
            assertThat(result.failed("PUT was answered with status 413")).isTrue();
        }
    }

    private void available(String client) {
        assertThatCode(() -> results.uploads().checkAvailable(client)).doesNotThrowAnyException();
        assertThat(results.uploads().full(client)).isEmpty();
    }

    private void refused(String client, String reason) {
        assertThatThrownBy(() -> results.uploads().checkAvailable(client))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().type()).isEqualTo(ProblemType.UPLOAD_QUEUE_FULL))
                .hasMessageContaining(reason);
        assertThat(results.uploads().full(client)).isPresent();
    }

    @Test
    void withoutATargetUploadsAreRefused() {
        results.configured = false;
        assertThatThrownBy(() -> results.uploads().checkAvailable("client"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("xg2g.upload.url");
    }
}
