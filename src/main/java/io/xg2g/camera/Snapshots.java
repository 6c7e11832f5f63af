package io.xg2g.camera;

import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Container;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Profile;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.Unavailable;
import io.xg2g.process.WorkDirectory;
import io.xg2g.transcode.ResultProblems;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Frames of smaller sizes: units of the dispatcher, as previews. Thread-safe. */
@Singleton
class Snapshots {
    private static final String PIXEL_FORMAT = "yuvj420p";

    private final Dispatcher dispatcher;
    private final WorkDirectory work;

    Snapshots(Dispatcher dispatcher, WorkDirectory work) {
        this.dispatcher = dispatcher;
        this.work = work;
    }

    /**
     * Returns a frame scaled down to a width; blocks until it has been made.
     *
     * @param client key of the client, for its share of the queue
     * @param end end of the response: a client that has disconnected waits for no frame
     * @throws io.xg2g.problem.ProblemException if it was rejected or failed
     */
    JpegBytes scaled(Frame frame, int width, String client, ResponseEnd end) {
        if (width >= frame.width()) {
            return frame.jpeg();
        }
        dispatcher.unavailable().ifPresent(rejected -> {
            throw ResultProblems.of(rejected).asException();
        });
        Path directory;
        try {
            directory = work.create();
        } catch (UncheckedIOException full) {
            throw DiskFailure.ofWorkDirectory();
        }
        try {
            return scaled(frame, width, client, end, directory);
        } catch (IOException full) {
            throw DiskFailure.ofWorkDirectory();
        } finally {
            work.delete(directory);
        }
    }

    private JpegBytes scaled(Frame frame, int width, String client, ResponseEnd end, Path directory)
            throws IOException {
        Path input = directory.resolve("frame");
        try (OutputStream out = Files.newOutputStream(input)) {
            frame.jpeg().writeTo(out);
        }
        work.grant(input);
        int height = Math.max(2, Math.round((float) width * frame.height() / frame.width()));
        MediaInfo media = new MediaInfo(
                MediaInfo.JPEG,
                Duration.ZERO,
                new MediaInfo.Video("mjpeg", frame.width(), frame.height(), PIXEL_FORMAT, false, 0, 1),
                null);
        TranscodeUnit unit =
                new TranscodeUnit(input, media, new Profile.Preview("preview", height), Container.MP4, directory);
        String id = UUID.randomUUID().toString();
        CompletableFuture<TranscodeResult> result = dispatcher
                .submit(new TranscodeRequest(id, client, null, Priority.PREVIEW, unit, TranscodeRequest.Listener.NONE))
                .subscribeAsCompletionStage();
        end.then(() -> dispatcher.cancel(id));
        return switch (result.join()) {
            case TranscodeResult.Completed completed ->
                JpegBytes.of(
                        Files.readAllBytes(completed.renditions().getFirst().file()));
            case TranscodeResult.Rejected rejected ->
                throw ResultProblems.of(rejected).asException();
            case TranscodeResult.Failed(var failure) ->
                throw ResultProblems.of(failure).asException();
            case TranscodeResult.Cancelled() -> throw Unavailable.shuttingDown().asException();
        };
    }
}
