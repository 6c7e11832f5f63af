package io.xg2g.live;

import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.ffmpeg.MediaProcesses;
import io.xg2g.receiver.Detection;
import io.xg2g.receiver.Receivers;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Map;

/** Opens sources. */
@ApplicationScoped
class Feeds {
    private final MediaProcesses processes;
    private final Receivers receivers;
    private final HttpFeeds http;

    Feeds(MediaProcesses processes, Receivers receivers, LiveConfig config) {
        this.processes = processes;
        this.receivers = receivers;
        this.http = new HttpFeeds(config.sourceTimeout());
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
            case Source.Loop(java.nio.file.Path file) -> new ProcessFeed(processes.loop(file), true);
            case Source.Demo() -> new ProcessFeed(processes.demo(), true);
        };
    }

    private Feed network(URI uri) throws SourceException, InterruptedException {
        return switch (uri.getScheme()) {
            case "http", "https" ->
                switch (http.open(uri, Map.of())) {
                    case HttpFeeds.Opened.Stream(Feed feed) -> feed;
                    case HttpFeeds.Opened.Playlist() ->
                        new ProcessFeed(processes.grab(uri, MediaProcesses.Kind.HLS), false);
                    case HttpFeeds.Opened.Other() ->
                        new ProcessFeed(processes.grab(uri, MediaProcesses.Kind.HTTP), false);
                };
            case "rtsp", "rtsps" -> new ProcessFeed(processes.grab(uri, MediaProcesses.Kind.RTSP), false);
            case "srt" -> new ProcessFeed(processes.grab(uri, MediaProcesses.Kind.SRT), false);
            default -> new ProcessFeed(processes.grab(uri, MediaProcesses.Kind.UDP), false);
        };
    }

    private Feed receiver(String receiver, String reference) throws SourceException, InterruptedException {
        return switch (receivers.detect(receiver, reference)) {
            case Detection.Found(URI address, int _, Map<String, String> headers) -> {
                try {
                    if (http.open(address, headers) instanceof HttpFeeds.Opened.Stream(Feed feed)) {
                        yield feed;
                    }
                    throw new SourceException(SourceException.Kind.NOT_MEDIA, "the receiver sends no MPEG-TS");
                } catch (SourceException gone) {
                    receivers.forget(receiver, reference);
                    throw gone;
                }
            }
            case Detection.NotFound notFound ->
                throw new SourceException(
                        notFound.retryable() ? SourceException.Kind.RECEIVER : SourceException.Kind.PERMANENT,
                        notFound.detail());
        };
    }

    /** What a child process reads from the network, a file, or makes. */
    private static final class ProcessFeed implements Feed {
        /** Read in whole packets, so that it can be paced. */
        private static final int PACED = 188 * 64;

        private final MediaProcess process;
        private final Pacer pacer = new Pacer();
        private final boolean paced;

        ProcessFeed(MediaProcess process, boolean paced) {
            this.process = process;
            this.paced = paced;
        }

        @Override
        public int read(byte[] buffer) throws java.io.IOException {
            if (!paced) {
                return process.stdout().read(buffer);
            }
            int read = process.stdout().readNBytes(buffer, 0, Math.min(PACED, buffer.length));
            long delay = pacer.delay(buffer, read, System.nanoTime());
            if (delay > 0) {
                java.util.concurrent.locks.LockSupport.parkNanos(delay);
            }
            return read == 0 ? -1 : read;
        }

        @Override
        public SourceException end() {
            return process.failure()
                    .map(failure -> new SourceException(
                            failure.kind() == io.xg2g.ffmpeg.Failure.Kind.SOURCE_PERMANENT
                                    ? SourceException.Kind.PERMANENT
                                    : SourceException.Kind.UNREACHABLE,
                            failure.detail()))
                    .orElseGet(() -> new SourceException(SourceException.Kind.ENDED, "the source ended"));
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
