package io.xg2g.transcode;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Rendition;
import io.xg2g.storage.AtomicFile;
import io.xg2g.storage.SyncedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Directory of one job.
 *
 * <pre>
 *   job.json     the request; written last when the job is accepted, so that a directory without it is incomplete
 *   input        the media; missing while it has to be fetched, and after a job was completed or cancelled
 *   state.json   the state after the latest attempt; replaced atomically
 *   begun        while an attempt is under way: how many began and did not end, since the program was killed, and this one
 *   renditions/  the results; valid once state.json says "completed"
 * </pre>
 *
 * All methods block on I/O. A method that has returned has synced what it has written, except for {@code begun}.
 */
final class JobFiles {
    private static final String REQUEST = "job.json";
    private static final String STATE = "state.json";
    private static final String BEGUN = "begun";

    private final Path directory;
    private final ObjectMapper json;

    JobFiles(Path directory, ObjectMapper json) {
        this.directory = directory;
        this.json = json;
    }

    Path directory() {
        return directory;
    }

    Path input() {
        return directory.resolve("input");
    }

    Path renditions() {
        return directory.resolve("renditions");
    }

    /**
     * Stores an accepted request.
     *
     * @param received its input, which is moved, or {@code null}
     */
    void create(JobRequest request, @Nullable Path received) throws IOException {
        Files.createDirectory(directory);
        if (received != null) {
            SyncedFiles.move(received, input());
        }
        file(REQUEST).write(json.writeValueAsBytes(request));
        SyncedFiles.sync(Objects.requireNonNull(directory.getParent()));
    }

    /** Stores an accepted request again, if it is missing. */
    void restore(JobRequest request) throws IOException {
        if (!Files.exists(directory.resolve(REQUEST))) {
            file(REQUEST).write(json.writeValueAsBytes(request));
        }
    }

    /** Reads the request; empty if it was not stored completely. */
    Optional<JobRequest> request() throws IOException {
        Optional<byte[]> content = file(REQUEST).read();
        return content.isEmpty() ? Optional.empty() : Optional.of(json.readValue(content.get(), JobRequest.class));
    }

    /** Reads the stored state; empty before the first one was stored. */
    Optional<JobOutcome> outcome() throws IOException {
        Optional<byte[]> content = file(STATE).read();
        return content.isEmpty() ? Optional.empty() : Optional.of(json.readValue(content.get(), JobOutcome.class));
    }

    void store(JobOutcome outcome) throws IOException {
        file(STATE).write(json.writeValueAsBytes(outcome));
    }

    /** Returns how many attempts in a row, the latest ones, were ended by the end of the program. */
    int interruptions() throws IOException {
        Path file = directory.resolve(BEGUN);
        String begun = Files.exists(file) ? Files.readString(file) : "";
        return begun.matches("\\d{1,9}") ? Integer.parseInt(begun) : 0;
    }

    /** Records that an attempt begins. */
    void attemptBegins() throws IOException {
        Files.writeString(directory.resolve(BEGUN), Integer.toString(interruptions() + 1));
    }

    /** Records that an attempt has ended. */
    void attemptEnded() throws IOException {
        Files.deleteIfExists(directory.resolve(BEGUN));
    }

    /** Takes a fetched input. */
    void adoptInput(Path fetched) throws IOException {
        Files.deleteIfExists(input());
        SyncedFiles.move(fetched, input());
        SyncedFiles.sync(directory);
    }

    /** Moves the renditions of a result here; returns the result with the new paths. */
    TranscodeResult.Completed adopt(TranscodeResult.Completed result) throws IOException {
        discardRenditions();
        Files.createDirectory(renditions());
        List<Rendition> adopted = new ArrayList<>();
        for (Rendition made : result.renditions()) {
            Path file = renditions().resolve(made.file().getFileName());
            SyncedFiles.move(made.file(), file);
            adopted.add(new Rendition(
                    made.name(), file, made.contentType(), made.bytes(), made.width(), made.height(), made.duration()));
        }
        SyncedFiles.sync(renditions());
        SyncedFiles.sync(directory);
        return new TranscodeResult.Completed(adopted, result.encoder(), result.device(), result.waited(), result.ran());
    }

    /** Deletes renditions of an attempt that did not complete. */
    void discardRenditions() throws IOException {
        if (Files.isDirectory(renditions())) {
            try (Stream<Path> files = Files.list(renditions())) {
                for (Path file : files.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(renditions());
        }
    }

    /** Begins to delete the directory: without the request it is incomplete, and is deleted by the next start at the latest. */
    void deleteRequest() throws IOException {
        Files.deleteIfExists(directory.resolve(REQUEST));
    }

    /** Deletes the input, which is not needed any more. */
    void deleteInput() throws IOException {
        Files.deleteIfExists(input());
    }

    /** Returns the size of the input in bytes; 0 if there is none. */
    long inputBytes() throws IOException {
        return Files.exists(input()) ? Files.size(input()) : 0;
    }

    private AtomicFile file(String name) {
        return new AtomicFile(directory.resolve(name));
    }
}
