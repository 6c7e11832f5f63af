package io.xg2g.ingest;

import io.xg2g.config.ByteOrderMark;
import io.xg2g.source.FetchScope;
import io.xg2g.source.SourceClient;
import io.xg2g.source.SourceNotAllowed;
import io.xg2g.source.SourceResponse;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Opens MPEG-TS streams over HTTP. What a URL leads to is told by its first bytes, not by its name or type. */
final class HttpFeeds {
    private static final int PACKET = 188;
    private static final int HEAD = 3 * PACKET;
    private static final byte SYNC = 0x47;

    private final SourceClient client;

    /** What a URL leads to. */
    sealed interface Opened {
        /** A transport stream, from its first byte. */
        record Stream(Feed feed) implements Opened {}

        /** An HLS playlist. */
        record Playlist() implements Opened {}

        /** Something else, which a demuxer may know. */
        record Other() implements Opened {}
    }

    HttpFeeds(SourceClient client) {
        this.client = client;
    }

    /**
     * Asks for a source and looks at what comes.
     *
     * @param reach what may be fetched on its behalf
     * @param timeout how long an answer, and its first bytes, may take
     */
    Opened open(FetchScope reach, URI uri, Map<String, String> headers, Duration timeout)
            throws SourceException, InterruptedException {
        SourceResponse answer;
        try {
            answer = client.get(reach, uri, headers, timeout);
        } catch (SourceNotAllowed refused) {
            throw SourceException.notAllowed(refused);
        } catch (UnknownHostException unknown) {
            throw unreachable("the source's host is not known");
        } catch (ConnectException refused) {
            throw unreachable("the source does not take connections");
        } catch (SocketTimeoutException late) {
            throw unreachable("the source did not answer within " + timeout.toSeconds() + " s");
        } catch (IOException broken) {
            throw unreachable("the connection to the source broke before it answered");
        }
        boolean looked = false;
        try {
            Opened opened = opened(answer.status(), answer.body(), timeout);
            looked = true;
            return opened;
        } finally {
            if (!looked) {
                close(answer.body());
            }
        }
    }

    private Opened opened(int status, InputStream body, Duration timeout) throws SourceException {
        if (status != 200) {
            SourceException.Kind kind = status == 401 || status == 403 || status == 404 || status == 410
                    ? SourceException.Kind.PERMANENT
                    : SourceException.Kind.UNREACHABLE;
            throw new SourceException(kind, "the source answered with HTTP status " + status);
        }
        BufferedInputStream stream = new BufferedInputStream(body, 64 * 1024);
        // Closing is all that ends the reading of a source that says nothing.
        AtomicBoolean late = new AtomicBoolean();
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                () -> {
                    late.set(true);
                    close(body);
                },
                CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS));
        byte[] head;
        try {
            stream.mark(HEAD);
            head = stream.readNBytes(HEAD);
            stream.reset();
        } catch (SocketTimeoutException nothing) {
            throw silent(timeout);
        } catch (IOException broken) {
            throw late.get() ? silent(timeout) : unreachable("the connection to the source broke");
        } finally {
            watchdog.cancel(false);
        }
        if (head.length < HEAD && late.get()) {
            throw silent(timeout);
        }
        if (isTransportStream(head)) {
            return new Opened.Stream(new Body(stream));
        }
        close(stream);
        String text = ByteOrderMark.removedFrom(new String(head, StandardCharsets.UTF_8))
                .stripLeading();
        if (text.startsWith("#EXTM3U")) {
            return new Opened.Playlist();
        }
        if (head.length == 0) {
            throw unreachable("the source answered with nothing");
        }
        if (text.startsWith("<") || text.startsWith("{")) {
            throw new SourceException(
                    SourceException.Kind.NOT_MEDIA, "the source answered with a text instead of a stream");
        }
        return new Opened.Other();
    }

    private static boolean isTransportStream(byte[] head) {
        return head.length == HEAD && head[0] == SYNC && head[PACKET] == SYNC && head[2 * PACKET] == SYNC;
    }

    private static SourceException silent(Duration timeout) {
        return new SourceException(
                SourceException.Kind.STALLED,
                "the source answered, and sent nothing for " + timeout.toSeconds() + " s (xg2g.live.source-timeout)");
    }

    private static SourceException unreachable(String detail) {
        return new SourceException(SourceException.Kind.UNREACHABLE, detail);
    }

    private static void close(@Nullable InputStream stream) {
        try {
            if (stream != null) {
                stream.close();
            }
        } catch (IOException already) {
            // There is nothing left to be closed.
        }
    }

    private record Body(InputStream stream) implements Feed {
        @Override
        public int read(byte[] buffer) throws IOException {
            return stream.read(buffer);
        }

        @Override
        public SourceException end() {
            return new SourceException(SourceException.Kind.ENDED, "the source ended the stream");
        }

        @Override
        public void close() {
            HttpFeeds.close(stream);
        }
    }
}
