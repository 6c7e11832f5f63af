package io.xg2g.live;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.ffmpeg.MediaProcesses;
import io.xg2g.ffmpeg.SourceKind;
import io.xg2g.receiver.Detection;
import io.xg2g.receiver.Receivers;
import io.xg2g.receiver.StreamPermit;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Opens sources. */
@ApplicationScoped
class Feeds {
    private final MediaProcesses processes;
    private final Receivers receivers;
    private final HttpFeeds http;

    Feeds(MediaProcesses processes, Receivers receivers, LiveSettings settings) {
        this.processes = processes;
        this.receivers = receivers;
        this.http = new HttpFeeds(settings.sourceTimeout());
    }

    /**
     * Opens a source; blocks until the first bytes are there or it is clear that they won't come.
     *
     * @throws SourceException saying why it cannot be had
     */
    Feed open(Source source) throws SourceException, InterruptedException {
        return switch (source) {
            case Source.Receiver(String receiver, String reference) -> receiver(receiver, reference);
            case Source.Network(URI uri) -> network(uri);
            case Source.Loop(Path file) -> new ProcessFeed(processes.grab(file.toUri(), SourceKind.FILE), true);
            case Source.Demo() -> new ProcessFeed(processes.demo(), true);
        };
    }

    private Feed network(URI uri) throws SourceException, InterruptedException {
        return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "http", "https" ->
                switch (http.open(uri, Map.of())) {
                    case HttpFeeds.Opened.Stream(Feed feed) -> feed;
                    case HttpFeeds.Opened.Playlist() -> new ProcessFeed(processes.grab(uri, SourceKind.HLS), false);
                    case HttpFeeds.Opened.Other() -> new ProcessFeed(processes.grab(uri, SourceKind.HTTP), false);
                };
            case "rtsp", "rtsps" -> new ProcessFeed(processes.grab(uri, SourceKind.RTSP), false);
            case "srt" -> new ProcessFeed(processes.grab(uri, SourceKind.SRT), false);
            default -> new ProcessFeed(processes.grab(uri, SourceKind.UDP), false);
        };
    }

    private Feed receiver(String receiver, String reference) throws SourceException, InterruptedException {
        return switch (receivers.detect(receiver, reference)) {
            case Detection.Found(URI address, int _, Map<String, String> headers) -> {
                StreamPermit permit = receivers
                        .acquire(receiver)
                        .orElseThrow(() -> new SourceException(
                                SourceException.Kind.RECEIVER, "the receiver has no further stream to give"));
                try {
                    if (http.open(address, headers) instanceof HttpFeeds.Opened.Stream(Feed feed)) {
                        yield new PermittedFeed(feed, permit);
                    }
                    throw new SourceException(SourceException.Kind.NOT_MEDIA, "the receiver sends no MPEG-TS");
                } catch (SourceException | InterruptedException gone) {
                    permit.close();
                    receivers.forget(receiver, reference);
                    throw gone;
                }
            }
            case Detection.NotFound(var _, String detail, boolean retryable) ->
                throw new SourceException(
                        retryable ? SourceException.Kind.RECEIVER : SourceException.Kind.PERMANENT, detail);
        };
    }

    /** A receiver's stream, which holds a place at the receiver. */
    private record PermittedFeed(Feed feed, StreamPermit permit) implements Feed {
        @Override
        public int read(byte[] buffer) throws IOException {
            return feed.read(buffer);
        }

        @Override
        public SourceException end() {
            return feed.end();
        }

        @Override
        public void close() {
            feed.close();
            permit.close();
        }
    }

    /** What a child process reads from the network, a file, or makes. */
    private static final class ProcessFeed implements Feed {
        /** Read in whole packets, so that it can be paced. */
        private static final int PACED = 188 * 64;

        private static final Failure ENDED = new Failure(Failure.Kind.SOURCE_TRANSIENT, "the source ended");

        private final MediaProcess process;
        private final Pacer pacer = new Pacer();
        private final boolean paced;

        ProcessFeed(MediaProcess process, boolean paced) {
            this.process = process;
            this.paced = paced;
        }

        @Override
        public int read(byte[] buffer) throws IOException {
            if (!paced) {
                return process.stdout().read(buffer);
            }
            int read = process.stdout().readNBytes(buffer, 0, Math.min(PACED, buffer.length));
            long delay = pacer.delay(buffer, read, System.nanoTime());
            if (delay > 0) {
                LockSupport.parkNanos(delay);
            }
            return read == 0 ? -1 : read;
        }

        @Override
        public SourceException end() {
            Failure failure = process.ended()
                    .completeOnTimeout(ENDED, 2, TimeUnit.SECONDS)
                    .join();
            SourceException.Kind kind = switch (failure.kind()) {
                case SOURCE_PERMANENT -> SourceException.Kind.PERMANENT;
                case UNSUPPORTED_MEDIA -> SourceException.Kind.NOT_MEDIA;
                case DISK -> SourceException.Kind.DISK;
                default -> SourceException.Kind.UNREACHABLE;
            };
            return new SourceException(kind, failure.detail());
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
