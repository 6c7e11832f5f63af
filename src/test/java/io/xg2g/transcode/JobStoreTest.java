package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobStoreTest {
    @TempDir
    Path data;

    private final String id = UUID.randomUUID().toString();
    private JobStore store;

    @BeforeEach
    void open() {
        store = new JobStore(data, 0, Jobs.JSON, Jobs::delete);
    }

    @Test
    void openJobsAreWrittenAgainAfterTheirDirectoryWasDeleted() throws IOException {
        // Given
        store.load();
        JobRequest request = Jobs.request(id, "client", "key", 2);
        store.create(request, file("upload", "media"));
        assertThat(store.isInPlace()).isTrue();

        // When
        Jobs.delete(data.resolve("jobs"));
        assertThat(store.isInPlace()).isFalse();
        store.restore(List.of(request));

        // Then
        assertThat(store.isInPlace()).isTrue();
        assertThat(store.load()).singleElement().satisfies(stored -> {
            assertThat(stored.request()).isEqualTo(request);
            assertThat(stored.outcome()).isEmpty();
        });
    }

    /** Its files are deleted in any order. */
    @Test
    void aJobWhoseDeletionWasEndedByAKillIsNotThereAfterTheRestart() throws IOException {
        JobFiles files = store.create(Jobs.request(id, "client"), file("upload", "media"));
        JobStore killed = new JobStore(data, 0, Jobs.JSON, _ -> {});

        killed.delete(files.directory());

        assertThat(store.load()).isEmpty();
        assertThat(files.directory()).doesNotExist();
    }

    @Test
    void noJobIsAcceptedWithoutTheDataDirectory() {
        Jobs.delete(data);
        assertThatThrownBy(store::checkAvailable)
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().detail())
                                .contains("xg2g.data-dir", "was deleted by another program"));
    }

    @Test
    void whatWasStoredIsLoaded() throws IOException {
        // Given
        JobRequest request = Jobs.request(id, "client", "key", 2);
        JobFiles files = store.create(request, file("upload", "media"));
        TranscodeResult.Completed result = files.adopt(new TranscodeResult.Completed(
                List.of(new Rendition(
                        "720p", file("720p.mp4", "result"), "video/mp4", 6, 1280, 720, Duration.ofMillis(2_040))),
                "libx264",
                "software",
                Duration.ofMillis(3),
                Duration.ofMillis(500)));
        JobState.Completed completed = new JobState.Completed(result, Instant.ofEpochMilli(1_700_000_001_234L));
        files.store(JobOutcome.of(completed, 1, completed.at()));

        // When
        List<JobStore.Stored> loaded = store.load();

        // Then
        assertThat(loaded).singleElement().satisfies(stored -> {
            assertThat(stored.request()).isEqualTo(request);
            assertThat(stored.outcome().map(it -> it.state(stored.files().renditions())))
                    .contains(completed);
        });
        assertThat(result.renditions().getFirst().file()).hasContent("result");
        assertThat(files.input()).as("input of a completed job").doesNotExist();
    }

    @Test
    void everyStateIsReadAsItWasWritten() {
        Instant at = Instant.ofEpochMilli(1_700_000_001_234L);
        for (ProblemType type : ProblemType.values()) {
            JobState dead = new JobState.Dead(type.with("the reason"), at);
            assertThat(JobOutcome.of(dead, 3, at).state(data)).isEqualTo(dead);
        }
        for (JobState state : List.of(
                new JobState.Failed(ProblemType.UNSUPPORTED_MEDIA.with("no video"), at),
                new JobState.Cancelled(at),
                new JobState.Queued(null),
                new JobState.Queued(ProblemType.TRANSCODE_FAILED.with("it crashed")))) {
            assertThat(JobOutcome.of(state, 1, at).state(data)).isEqualTo(state);
        }
        TranscodeResult.Completed result =
                new TranscodeResult.Completed(List.of(), "libx264", "software", Duration.ZERO, Duration.ZERO);
        for (ResultUpload upload : List.of(
                new ResultUpload.Waiting(),
                new ResultUpload.Uploaded("https://cdn.example.org/vod/", at.plusSeconds(9)),
                new ResultUpload.Failed("PUT was answered with status 413", at.plusSeconds(9)))) {
            JobState.Completed completed = new JobState.Completed(result, at, upload);
            assertThat(JobOutcome.of(completed, 1, at).state(data)).isEqualTo(completed);
        }
        assertThat(JobOutcome.of(new JobState.Running("software", 0.5), 0, at).state(data))
                .isEqualTo(new JobState.Queued(null));
    }

    @Test
    void theRestOfAKilledProgramIsRemoved() throws IOException {
        // Given an upload that was not accepted, and an attempt that was moving its renditions
        JobFiles files = store.create(Jobs.request(id, "client"), file("upload", "media"));
        Files.createDirectory(files.renditions());
        Files.writeString(files.renditions().resolve("720p.mp4"), "part");
        Path incomplete = data.resolve("jobs").resolve(UUID.randomUUID().toString());
        Files.createDirectory(incomplete);
        Files.writeString(incomplete.resolve("input"), "media");

        // When
        List<JobStore.Stored> loaded = store.load();

        // Then
        assertThat(loaded).extracting(stored -> stored.request().id()).containsExactly(id);
        assertThat(files.renditions()).doesNotExist();
        assertThat(files.input()).hasContent("media");
        assertThat(incomplete).doesNotExist();
    }

    @Test
    void aDamagedJobIsLeftAloneAndTheOthersAreLoaded() throws IOException {
        JobFiles damaged = store.create(Jobs.request(UUID.randomUUID().toString(), "client"), null);
        Files.writeString(damaged.directory().resolve("job.json"), "{");
        store.create(Jobs.request(id, "client"), null);

        assertThat(store.load()).extracting(stored -> stored.request().id()).containsExactly(id);
        assertThat(damaged.directory()).exists();
    }

    @Test
    void aRequestThatCannotBeStoredLeavesNothingBehind() throws IOException {
        Path missing = data.resolve("none");
        assertThatThrownBy(() -> store.create(Jobs.request(id, "client"), missing))
                .isInstanceOf(IOException.class);
        assertThat(store.files(id).directory()).doesNotExist();
    }

    @Test
    void aFileInThePlaceOfTheDirectoryOfJobsPreventsTheStart() throws IOException {
        Files.writeString(data.resolve("jobs"), "a file");

        assertThatThrownBy(() -> store.load())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("xg2g.data-dir: " + data.resolve("jobs"));
    }

    @Test
    void aFullDiskIsRefusedByTheNameOfItsProperty() {
        JobStore full = new JobStore(data, Long.MAX_VALUE, Jobs.JSON, Jobs::delete);
        assertThatThrownBy(full::checkAvailable).isInstanceOfSatisfying(ProblemException.class, refused -> {
            assertThat(refused.problem().type()).isEqualTo(ProblemType.DISK_FULL);
            assertThat(refused.problem().detail()).contains("xg2g.data-dir");
            assertThat(Optional.ofNullable(refused.problem().retryAfter())).isPresent();
        });
        store.checkAvailable();
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(data.resolve(name), content);
    }
}
