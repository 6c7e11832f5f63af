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

/** Makes a unit of work from a request's body: takes it to the disk and looks at what it is. */
@ApplicationScoped
@Startup
class UploadPreparer {
    private final BodyReceiver receiver;
    private final MediaInspector inspector;
    private final Dispatcher dispatcher;
    private final Duration maxWait;

    /** Inspections are short and need a processor: more at once than there are would only make all of them late. */
    private final PrioritySemaphore gate =
            new PrioritySemaphore(Runtime.getRuntime().availableProcessors());

    private final AtomicInteger inspections = new AtomicInteger();

    UploadPreparer(BodyReceiver receiver, MediaInspector inspector, Dispatcher dispatcher, QueueConfig queue) {
        this.receiver = receiver;
        this.inspector = inspector;
        this.dispatcher = dispatcher;
        this.maxWait = queue.maxWait();
    }

    /**
     * Turns away what can be turned away before the body is read.
     *
     * @param contentType as sent, or {@code null}
     * @param length as announced, or -1
     * @throws io.xg2g.problem.ProblemException if the body is refused, or the queue would refuse the request
     */
    void check(TranscodeOptions order, String client, @Nullable MediaType contentType, long length) {
        receiver.check(contentType, length);
        askForRoom(order, client, 0);
    }

    /**
     * Blocks until the body has arrived and was inspected.
     *
     * @param directory an empty directory for the input and, below it, the renditions
     * @param end of the response; nothing more is done for a client that left
     * @throws io.xg2g.problem.ProblemException if the body does not arrive whole or is not video, the queue is full by
     *     then, or the client left
     */
    TranscodeUnit take(TranscodeOptions order, String client, InputStream body, Path directory, ResponseEnd end) {
        Path input = directory.resolve("input");
        receiver.receive(body, input);
        end.bodyTaken();
        Path output = directory.resolve("out");
        try {
            Files.createDirectory(output);
        } catch (IOException full) {
            throw DiskFailure.of("the work directory (xg2g.ffmpeg.work-dir) cannot be written")
                    .asException();
        }
        return switch (inspect(order, client, input, end)) {
            case Inspection.Accepted(MediaInfo media) ->
                new TranscodeUnit(input, media, order.profile(), order.containerFor(media), output);
            case Inspection.Rejected(Failure failure) ->
                throw ResultProblems.of(failure).asException();
        };
    }

    private Inspection inspect(TranscodeOptions order, String client, Path input, ResponseEnd end) {
        try {
            askForRoom(order, client, inspections.incrementAndGet());
            Priority level = dispatcher.level(client, order.stream(), order.priority());
            if (!gate.enter(level, maxWait)) {
                throw ResultProblems.of(dispatcher.expired(maxWait)).asException();
            }
            try {
                if (end.isOver()) {
                    throw clientLeft();
                }
                askForRoom(order, client, 0);
                return inspector.inspect(input, level.ofProcess());
            } finally {
                gate.leave();
            }
        } finally {
            inspections.decrementAndGet();
        }
    }

    /** The answer that nobody is there to read. */
    static ProblemException clientLeft() {
        return ProblemType.INVALID_REQUEST
                .with("the client closed the connection before the answer")
                .asException();
    }

    private void askForRoom(TranscodeOptions order, String client, int prepared) {
        dispatcher.refusal(client, order.stream(), order.priority(), prepared).ifPresent(rejected -> {
            throw ResultProblems.of(rejected).asException();
        });
    }
}
