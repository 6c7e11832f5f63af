package io.xg2g.transcode;

import io.quarkus.runtime.Startup;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.QueueConfig;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.Inspection;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.MediaInspector;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Preparation of a unit from the body of a request: writes it to the disk and inspects it with ffprobe. */
@ApplicationScoped
@Startup
class UploadPreparer {
    private final BodyReceiver receiver;
    private final MediaInspector inspector;
    private final Dispatcher dispatcher;
    private final Duration maxWait;

    /** One permit for each CPU, since inspections are CPU-bound. */
    private final PrioritySemaphore semaphore =
            new PrioritySemaphore(Runtime.getRuntime().availableProcessors());

    private final AtomicInteger inspections = new AtomicInteger();

    UploadPreparer(BodyReceiver receiver, MediaInspector inspector, Dispatcher dispatcher, QueueConfig queue) {
        this.receiver = receiver;
        this.inspector = inspector;
        this.dispatcher = dispatcher;
        this.maxWait = queue.maxWait();
    }

    /**
     * Checks the headers and the admission before the body is read.
     *
     * @param contentType media type of the request, or {@code null}
     * @param length Content-Length, or -1
     * @throws io.xg2g.problem.ProblemException if the body is refused, or the queue would refuse the request
     */
    void check(TranscodeOptions options, String client, @Nullable MediaType contentType, long length) {
        receiver.check(contentType, length);
        checkAdmission(options, client, 0);
    }

    /**
     * Receives and inspects the body; blocks meanwhile.
     *
     * @param directory empty directory for the input and, below it, the renditions
     * @param end end of the response; the preparation stops if the client disconnects
     * @throws io.xg2g.problem.ProblemException if the body is incomplete or not video, the queue has become full, or the client
     *     has disconnected
     */
    TranscodeUnit prepare(TranscodeOptions options, String client, InputStream body, Path directory, ResponseEnd end) {
        Path input = directory.resolve("input");
        receiver.receive(body, input);
        end.bodyTaken();
        Path output = directory.resolve("out");
        try {
            Files.createDirectory(output);
        } catch (IOException full) {
            throw DiskFailure.ofWorkDirectory();
        }
        return switch (inspect(options, client, input, end)) {
            case Inspection.Accepted(MediaInfo media) ->
                new TranscodeUnit(input, media, options.profile(), options.containerFor(media), output);
            case Inspection.Rejected(Failure failure) ->
                throw ResultProblems.of(failure).asException();
        };
    }

    /**
     * Checks the headers of a request for a job, and whether it would be refused, before the body is read.
     *
     * @throws io.xg2g.problem.ProblemException if the body is refused, the service is shutting down, or no device can encode
     */
    void checkJob(@Nullable MediaType contentType, long length) {
        receiver.check(contentType, length);
        checkAvailable();
    }

    /** Throws the problem that every request gets now, if there is one. */
    void checkAvailable() {
        dispatcher.unavailable().ifPresent(rejected -> {
            throw ResultProblems.of(rejected).asException();
        });
    }

    /**
     * Receives and inspects the body of a job, which need not find room in the dispatcher's queue; blocks meanwhile.
     *
     * @param input file to create
     * @throws io.xg2g.problem.ProblemException if the body is incomplete or not video, there is too much to inspect, or the client
     *     has disconnected
     */
    MediaInfo receive(Priority level, InputStream body, Path input, ResponseEnd end) {
        receiver.receive(body, input);
        end.bodyTaken();
        if (!semaphore.acquire(level, maxWait)) {
            throw ResultProblems.of(dispatcher.expired(maxWait)).asException();
        }
        try {
            if (end.isOver()) {
                throw clientLeft();
            }
            return switch (inspector.inspect(input, level.ofProcess())) {
                case Inspection.Accepted(MediaInfo media) -> media;
                case Inspection.Rejected(Failure failure) ->
                    throw ResultProblems.of(failure).asException();
            };
        } finally {
            semaphore.release();
        }
    }

    private Inspection inspect(TranscodeOptions options, String client, Path input, ResponseEnd end) {
        try {
            checkAdmission(options, client, inspections.incrementAndGet());
            Priority level = dispatcher.level(client, options.stream(), options.priority());
            if (!semaphore.acquire(level, maxWait)) {
                throw ResultProblems.of(dispatcher.expired(maxWait)).asException();
            }
            try {
                if (end.isOver()) {
                    throw clientLeft();
                }
                checkAdmission(options, client, 0);
                return inspector.inspect(input, level.ofProcess());
            } finally {
                semaphore.release();
            }
        } finally {
            inspections.decrementAndGet();
        }
    }

    /** Returns the problem of a client that has disconnected. */
    static ProblemException clientLeft() {
        return ProblemType.INVALID_REQUEST
                .with("the client closed the connection before the response")
                .asException();
    }

    private void checkAdmission(TranscodeOptions options, String client, int prepared) {
        dispatcher
                .refusal(client, options.stream(), options.priority(), prepared)
                .ifPresent(rejected -> {
                    throw ResultProblems.of(rejected).asException();
                });
    }
}
