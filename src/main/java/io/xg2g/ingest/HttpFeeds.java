package io.xg2g.ingest;

import io.xg2g.config.ByteOrderMark;
import io.xg2g.ffmpeg.SourceKind;
import io.xg2g.media.TsPacket;
import io.xg2g.source.FetchScope;
import io.xg2g.source.SourceClient;
import io.xg2g.source.SourceNotAllowed;
import io.xg2g.source.SourceResponse;
import io.xg2g.source.UnusableResponse;
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

/**
 * HTTP client of sources. Classifies a response by its first bytes; the URL's suffix and the content type are ignored.
 */
final class HttpFeeds {
    private static final int HEAD = 4 * TsPacket.SIZE;

    private final SourceClient client;

    /** Kind of content behind a URL. */
    sealed interface Opened {
        /** MPEG transport stream, positioned at its first byte, which may be within a packet. */
        record Stream(Feed feed) implements Opened {}

        /** HLS playlist. */
        record Playlist() implements Opened {}

        /** List of stations, see {@link StationList}. */
        record Stations(URI first) implements Opened {}

        /** Any other format; left to FFmpeg's demuxers. */
        record Other(SourceKind kind) implements Opened {}
    }

    HttpFeeds(SourceClient client) {
        this.client = client;
    }

    /**
     * Requests a source and classifies the response.
     *
     * @param scope endpoints that may be fetched for this source
     * @param timeout bound on the response, and on its first bytes
     */
    Opened open(FetchScope scope, URI uri, Map<String, String> headers, Duration timeout)
            throws SourceException, InterruptedException {
        SourceResponse response;
        try {
            response = client.get(scope, uri, headers, timeout);
        } catch (SourceNotAllowed refused) {
            throw SourceException.notAllowed(refused);
        } catch (UnknownHostException unknown) {
            throw unreachable("the source's host name cannot be resolved");
        } catch (ConnectException refused) {
            throw unreachable("the source refused the connection");
        } catch (SocketTimeoutException late) {
            throw unreachable(
                    "the source did not respond within " + timeout.toSeconds() + " s (xg2g.live.source-timeout)");
        } catch (UnusableResponse unusable) {
            throw unreachable(String.valueOf(unusable.getMessage()));
        } catch (IOException broken) {
            throw unreachable("the connection to the source was lost before it responded");
        }
        boolean classified = false;
        try {
            Opened opened = classify(response, timeout);
            classified = true;
            return opened;
        } finally {
            if (!classified) {
                close(response.body());
            }
        }
    }

    private Opened classify(SourceResponse response, Duration timeout) throws SourceException {
        if (response.status() != 200) {
            throw SourceException.ofStatus(response.status());
        }
        InputStream body = response.body();
        BufferedInputStream stream = new BufferedInputStream(body, 64 * 1024);
        byte[] head = head(stream, body, timeout, HEAD);
        if (TsPacket.beginsTransportStream(head)) {
            return new Opened.Stream(new Body(stream, response.isLengthKnown()));
        }
        String text = text(head);
        if (StationList.isList(text)) {
            String list = text(head(stream, body, timeout, StationList.MAX_SIZE));
            close(stream);
            return list(response.address(), list);
        }
        close(stream);
        if (head.length == 0) {
            throw unreachable("the source sent an empty response");
        }
        if (text.startsWith("<") || text.startsWith("{")) {
            throw new SourceException(
                    SourceException.Kind.NOT_MEDIA, "the source sent a text document instead of a media stream");
        }
        boolean jpeg = (head[0] & 0xff) == 0xff && head.length > 1 && (head[1] & 0xff) == 0xd8;
        // A multipart body of images, or one after the other.
        boolean images = jpeg || text.startsWith("--");
        return new Opened.Other(images ? SourceKind.MJPEG : videoKind(response.isLengthKnown()));
    }

    /** Returns the kind of a source of video by whether it is a recording. */
    static SourceKind videoKind(boolean isRecorded) {
        return isRecorded ? SourceKind.HTTP_FILE : SourceKind.HTTP;
    }

    private static Opened list(URI uri, String text) throws SourceException {
        if (StationList.isHls(text)) {
            return new Opened.Playlist();
        }
        return new Opened.Stations(StationList.first(uri, text)
                .orElseThrow(() -> new SourceException(
                        SourceException.Kind.NOT_MEDIA, "the source is a playlist without an address")));
    }

    private static String text(byte[] head) {
        return ByteOrderMark.removedFrom(new String(head, StandardCharsets.UTF_8))
                .stripLeading();
    }

    /** Reads the first bytes of a body without consuming them; fewer than the size only at its end. */
    private static byte[] head(BufferedInputStream stream, InputStream body, Duration timeout, int size)
            throws SourceException {
        // A blocked read of a silent source ends only when the stream is closed.
        AtomicBoolean late = new AtomicBoolean();
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                () -> {
                    late.set(true);
                    close(body);
                },
                CompletableFuture.delayedExecutor(timeout.toMillis(), TimeUnit.MILLISECONDS));
        byte[] head;
        try {
            stream.mark(size);
            head = stream.readNBytes(size);
            stream.reset();
        } catch (SocketTimeoutException nothing) {
            throw silent(timeout);
        } catch (IOException broken) {
            throw late.get() ? slow(timeout, size) : unreachable("the connection to the source was lost");
        } finally {
            watchdog.cancel(false);
        }
        if (head.length < size && late.get()) {
            throw slow(timeout, size);
        }
        return head;
    }

    private static SourceException silent(Duration timeout) {
        return new SourceException(
                SourceException.Kind.STALLED,
                "the source responded, but sent no data for " + timeout.toSeconds() + " s (xg2g.live.source-timeout)");
    }

    private static SourceException slow(Duration timeout, int size) {
        return new SourceException(
                SourceException.Kind.STALLED,
                "the source responded, but sent less than " + size + " bytes in " + timeout.toSeconds()
                        + " s (xg2g.live.source-timeout)");
    }

    private static SourceException unreachable(String detail) {
        return new SourceException(SourceException.Kind.UNREACHABLE, detail);
    }

    private static void close(@Nullable InputStream stream) {
        try {
            if (stream != null) {
                stream.close();
            }
        } catch (IOException ignored) {
            // The connection is gone either way.
        }
    }

    /** @param isRecorded whether the server has announced the length of the body */
    private record Body(InputStream stream, boolean isRecorded) implements Feed {
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
