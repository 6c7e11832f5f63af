package io.xg2g.packaging;

import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.Container;
import io.xg2g.ffmpeg.Profile;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.ingest.SourceWindow;
import io.xg2g.process.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Preview image of a channel, created on demand from the newest window, at most once per interval. Thread-safe. */
public final class Preview {
    private static final Logger LOG = Logger.getLogger(Preview.class);
    private static final int HEIGHT = 360;

    /** Minimum time between attempts after a failure. */
    private static final long RETRY_PAUSE = Duration.ofSeconds(2).toNanos();

    /**
     * Preview image.
     *
     * @param madeAt time of creation, as {@link System#nanoTime}
     */
    @SuppressWarnings("ArrayRecordComponent") // The array is never modified.
    public record Image(byte[] jpeg, long madeAt) {}

    private final String channel;
    private final Dispatcher dispatcher;
    private final Thumbnails thumbnails;
    private final WorkDirectory work;
    private final Supplier<Optional<SourceWindow>> newest;
    private final Duration interval;
    private final LongSupplier nanos;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Image latest;
    private long attemptedAt;

    public Preview(
            String channel,
            WindowTranscoder.Tools tools,
            Supplier<Optional<SourceWindow>> newest,
            Duration interval,
            LongSupplier nanos) {
        this.channel = channel;
        this.dispatcher = tools.dispatcher();
        this.thumbnails = tools.thumbnails();
        this.work = tools.work();
        this.newest = newest;
        this.interval = interval;
        this.nanos = nanos;
        this.attemptedAt = nanos.getAsLong() - RETRY_PAUSE;
    }

    /**
     * Returns the latest image; creates a new one if it is older than the interval, and blocks meanwhile. Concurrent
     * callers get the previous image without waiting, if there is one.
     */
    public Optional<Image> get() {
        if (!lock.tryLock()) {
            if (latest != null) {
                return Optional.ofNullable(latest);
            }
            lock.lock();
        }
        try {
            Image known = latest;
            boolean old = known == null || nanos.getAsLong() - known.madeAt() > interval.toNanos();
            if (old && nanos.getAsLong() - attemptedAt > RETRY_PAUSE) {
                make().ifPresentOrElse(image -> latest = image, () -> attemptedAt = nanos.getAsLong());
            }
            return Optional.ofNullable(latest);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Image> make() {
        SourceWindow.Video video = newest.get().map(SourceWindow::video).orElse(null);
        if (video == null) {
            return Optional.empty();
        }
        Path output;
        try {
            output = work.create();
        } catch (UncheckedIOException full) {
            LOG.debugf(full, "preview not created, no work directory: stream=%s", channel);
            return Optional.empty();
        }
        try {
            TranscodeUnit unit = new TranscodeUnit(
                    video.file(),
                    video.media(),
                    new Profile.Preview("preview", HEIGHT),
                    Container.MP4,
                    output,
                    video.grid());
            Optional<Path> file = Thumbnails.isCheap(video.media()) ? thumbnails.make(unit) : makeInSlot(unit);
            return file.isPresent()
                    ? Optional.of(new Image(Files.readAllBytes(file.get()), nanos.getAsLong()))
                    : Optional.empty();
        } catch (IOException unreadable) {
            LOG.debugf(unreadable, "preview not read: stream=%s", channel);
            return Optional.empty();
        } finally {
            work.delete(output);
        }
    }

    private Optional<Path> makeInSlot(TranscodeUnit unit) {
        TranscodeResult result = dispatcher
                .submit(new TranscodeRequest(
                        UUID.randomUUID().toString(),
                        WindowTranscoder.client(channel),
                        channel,
                        Priority.PREVIEW,
                        unit,
                        TranscodeRequest.Listener.NONE))
                .await()
                .indefinitely();
        return result instanceof TranscodeResult.Completed completed
                ? Optional.of(completed.renditions().getFirst().file())
                : Optional.empty();
    }
}
