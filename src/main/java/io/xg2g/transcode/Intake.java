package io.xg2g.transcode;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.Inspection;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.MediaInspector;
import io.xg2g.ffmpeg.TranscodeUnit;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;

/** Makes a unit of work from a request's body: takes it to the disk and looks at what it is. */
@ApplicationScoped
class Intake {
    private final BodyReceiver receiver;
    private final MediaInspector inspector;

    /** Inspections are short and need the processor: more at once than it has cores would only make all of them late. */
    private final Semaphore inspections = new Semaphore(Runtime.getRuntime().availableProcessors(), true);

    Intake(BodyReceiver receiver, MediaInspector inspector) {
        this.receiver = receiver;
        this.inspector = inspector;
    }

    /**
     * Blocks until the body has arrived and was inspected.
     *
     * @param directory an empty directory for the input and, below it, the renditions
     * @throws io.xg2g.problem.ProblemException if the body does not arrive whole or is not video
     */
    TranscodeUnit take(Order order, InputStream body, Path directory) {
        Path input = directory.resolve("input");
        receiver.receive(body, input);
        Path output = directory.resolve("out");
        try {
            Files.createDirectory(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return switch (inspect(input)) {
            case Inspection.Accepted(MediaInfo media) ->
                new TranscodeUnit(input, media, order.profile(), order.containerFor(media), output);
            case Inspection.Rejected(Failure failure) ->
                throw ResultProblems.of(failure).asException();
        };
    }

    private Inspection inspect(Path input) {
        inspections.acquireUninterruptibly();
        try {
            return inspector.inspect(input);
        } finally {
            inspections.release();
        }
    }
}
