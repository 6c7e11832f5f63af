package io.xg2g.transcode;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.Problem;
import io.xg2g.process.ProcessSettings;
import io.xg2g.process.WorkDirectory;
import io.xg2g.storage.DataDirectory;
import io.xg2g.storage.SyncedFiles;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The directories of all jobs: {@code jobs/<id>} in the data directory. Thread-safe; blocks on I/O. */
@Singleton
class JobStore {
    private static final Logger LOG = Logger.getLogger(JobStore.class);
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** A job as it was found on disk. */
    record Stored(JobRequest request, Optional<JobOutcome> outcome, JobFiles files) {}

    private final Path data;
    private final Path root;
    private final long minFree;
    private final ObjectMapper json;
    private final Consumer<Path> delete;

    /** Device and inode of the directory of all jobs; {@code null} before there is one. Guarded by this. */
    private @Nullable Object identity;

    @Inject
    JobStore(DataDirectory data, ProcessSettings settings, WorkDirectory work, ObjectMapper json) {
        this(data.path(), settings.minFreeDisk(), json, work::delete);
    }

    /**
     * Creates a store.
     *
     * @param data existing directory
     * @param minFree bytes that must be free before a job is accepted
     * @param delete deletes a directory with its files
     */
    JobStore(Path data, long minFree, ObjectMapper json, Consumer<Path> delete) {
        this.data = data;
        this.root = data.resolve("jobs");
        this.minFree = minFree;
        this.json = json;
        this.delete = delete;
    }

    JobFiles files(String id) {
        return new JobFiles(root.resolve(id), json);
    }

    /** Stores an accepted job with its input; returns after both were synced. Leaves nothing behind if it fails. */
    JobFiles create(JobRequest request, @Nullable Path received) throws IOException {
        createRoot();
        JobFiles files = files(request.id());
        try {
            files.create(request, received);
        } catch (IOException failure) {
            delete(files.directory());
            throw failure;
        }
        return files;
    }

    private void createRoot() throws IOException {
        if (!Files.isDirectory(root)) {
            Files.createDirectories(root, OWNER_ONLY);
            SyncedFiles.sync(data);
        }
    }

    /** Returns whether the directory of all jobs is the one that was there at the start, or was restored. */
    synchronized boolean isInPlace() {
        return Objects.equals(identity, identityOfRoot());
    }

    private @Nullable Object identityOfRoot() {
        try {
            return Files.readAttributes(root, BasicFileAttributes.class).fileKey();
        } catch (IOException missing) {
            return null;
        }
    }

    /**
     * Creates the directory of all jobs again, and the requests of jobs that are missing in it.
     *
     * @throws IOException if that is impossible; to be repeated
     */
    synchronized void restore(List<JobRequest> open) throws IOException {
        createRoot();
        @Nullable Object created = identityOfRoot();
        for (JobRequest request : open) {
            files(request.id()).restore(request);
        }
        SyncedFiles.sync(root);
        identity = created;
    }

    /** Deletes the directory of a job. After a kill in between, the job is not there either. */
    void delete(Path directory) {
        try {
            new JobFiles(directory, json).deleteRequest();
        } catch (IOException undeletable) {
            LOG.warnf("request of a job not deleted: directory=%s, error=%s", directory, undeletable);
        }
        delete.accept(directory);
    }

    /**
     * Checks the free space.
     *
     * @throws io.xg2g.problem.ProblemException if no job can be accepted because of the disk
     */
    void checkAvailable() {
        unavailable().ifPresent(problem -> {
            throw problem.asException();
        });
    }

    private Optional<Problem> unavailable() {
        if (!Files.isDirectory(data)) {
            return Optional.of(DiskFailure.of(
                    "the data directory (xg2g.data-dir) was deleted by another program, and is not created again yet"));
        }
        long free = data.toFile().getUsableSpace();
        return free >= minFree
                ? Optional.empty()
                : Optional.of(DiskFailure.of(String.format(
                        Locale.ROOT,
                        "the data directory (xg2g.data-dir) has %d MB free; %d MB must be (xg2g.ffmpeg.min-free-disk)",
                        free >> 20,
                        minFree >> 20)));
    }

    /**
     * Reads all jobs, the oldest first. Deletes the directories of requests that were not accepted completely, and partial results. A
     * job whose files cannot be read is logged and left alone.
     */
    List<Stored> load() {
        prepare();
        List<Stored> jobs = new ArrayList<>();
        for (Path directory : directories()) {
            JobFiles files = new JobFiles(directory, json);
            try {
                Optional<JobRequest> request = files.request();
                if (request.isEmpty()) {
                    delete.accept(directory);
                } else {
                    jobs.add(read(request.get(), files));
                }
            } catch (IOException | RuntimeException damaged) {
                LOG.errorf("job not read, its files are left in place: directory=%s, error=%s", directory, damaged);
            }
        }
        jobs.sort((one, other) ->
                Long.compare(one.request().created(), other.request().created()));
        return jobs;
    }

    /** Returns the number of the jobs of earlier runs. Changes nothing. */
    int count() {
        return Files.isDirectory(root) ? directories().size() : 0;
    }

    private synchronized void prepare() {
        try {
            createRoot();
            identity = identityOfRoot();
        } catch (IOException unusable) {
            throw new UncheckedIOException("xg2g.data-dir: " + root + " cannot be created", unusable);
        }
    }

    private static Stored read(JobRequest request, JobFiles files) throws IOException {
        Optional<JobOutcome> outcome = files.outcome();
        String state = outcome.map(JobOutcome::state).orElse("queued");
        if (!state.equals("completed")) {
            files.discardRenditions();
        }
        if (state.equals("completed") || state.equals("cancelled")) {
            files.deleteInput();
        }
        return new Stored(request, outcome, files);
    }

    private List<Path> directories() {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(entry ->
                            JobId.parse(String.valueOf(entry.getFileName())).isPresent())
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("xg2g.data-dir: " + root + " cannot be read", unreadable);
        }
    }
}
