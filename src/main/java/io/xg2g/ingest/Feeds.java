package io.xg2g.ingest;

import io.xg2g.ffmpeg.FrameOptions;
import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.ffmpeg.MediaProcesses;
import io.xg2g.ffmpeg.SourceKind;
import io.xg2g.receiver.Detection;
import io.xg2g.receiver.Receivers;
import io.xg2g.receiver.StreamPermit;
import io.xg2g.schedule.TimeSource;
import io.xg2g.source.FetchScope;
import io.xg2g.source.HttpRelayServer;
import io.xg2g.source.Relay;
import io.xg2g.source.ResolvedEndpoint;
import io.xg2g.source.RtspRelay;
import io.xg2g.source.SourceClient;
import io.xg2g.source.SourceNotAllowed;
import io.xg2g.source.SourcePolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * Factory of {@linkplain Feed feeds}: connects to receivers and network sources, and starts the processes that read
 * them.
 */
@ApplicationScoped
public class Feeds {
    private final MediaProcesses processes;
    private final Receivers receivers;
    private final SourcePolicy policy;
    private final HttpRelayServer relays;
    private final HttpFeeds http;
    private final EncodedAudio encodedAudio = new EncodedAudio();

    Feeds(
            MediaProcesses processes,
            Receivers receivers,
            SourcePolicy policy,
            SourceClient client,
            HttpRelayServer relays) {
        this.processes = processes;
        this.receivers = receivers;
        this.policy = policy;
        this.relays = relays;
        this.http = new HttpFeeds(client);
    }

    /**
     * Opens a source. Blocks until its first bytes have arrived, opening failed or the timeout expired.
     *
     * @param timeout bound on the response, and on its first bytes
     * @throws SourceException if the source cannot be opened
     */
    Feed open(Source source, Duration timeout) throws SourceException, InterruptedException {
        return switch (source) {
            case Source.Receiver(String receiver, String reference) -> receiver(receiver, reference, timeout);
            case Source.Network(URI uri, boolean trusted) -> network(uri, trusted, timeout);
            case Source.Loop(Path file) -> ProcessFeed.paced(processes.grab(file.toUri(), SourceKind.FILE, false));
            case Source.Demo() -> ProcessFeed.paced(processes.demo());
        };
    }

    private Feed network(URI uri, boolean trusted, Duration timeout) throws SourceException, InterruptedException {
        SourceKind kind = kind(uri);
        if (kind == SourceKind.HTTP) {
            return openHttp(uri, scope(uri, trusted), timeout);
        }
        return switch (kind) {
            case SRT, UDP -> new PacketFeed(grabbed(input(uri, kind, trusted, timeout), false));
            default ->
                GrabbedFeed.open(
                        encodes -> grabbed(input(uri, kind, trusted, timeout), encodes),
                        encodedAudio.of(uri),
                        TimeSource.SYSTEM);
        };
    }

    /**
     * Opens a source as JPEG images ({@link MediaProcesses#frames}), read by a child. Blocks until the source has
     * accepted the connection.
     *
     * @param timeout bound on the response of the source
     * @throws SourceException if the source cannot be opened
     */
    public Feed frames(Source source, FrameOptions options, Duration timeout)
            throws SourceException, InterruptedException {
        return fed(input(source, timeout), input -> processes.frames(input.address(), input.kind(), options));
    }

    /** What a child opens, and the relay behind it. */
    private record Input(URI address, SourceKind kind, Optional<Relay> relay) {}

    private Input input(Source source, Duration timeout) throws SourceException, InterruptedException {
        return switch (source) {
            case Source.Loop(Path file) -> new Input(file.toUri(), SourceKind.FILE, Optional.empty());
            case Source.Network(URI uri, boolean trusted) -> {
                SourceKind kind = kind(uri);
                yield kind == SourceKind.HTTP
                        ? imagesOverHttp(uri, scope(uri, trusted), timeout)
                        : input(uri, kind, trusted, timeout);
            }
            case Source.Receiver _, Source.Demo _ ->
                throw new SourceException(SourceException.Kind.PERMANENT, "the source is read by its channel only");
        };
    }

    private Input imagesOverHttp(URI uri, FetchScope scope, Duration timeout)
            throws SourceException, InterruptedException {
        SourceKind kind = switch (http.open(scope, uri, Map.of(), timeout)) {
            case HttpFeeds.Opened.Stream(Feed feed) -> {
                feed.close();
                yield SourceKind.HTTP;
            }
            case HttpFeeds.Opened.Playlist() -> SourceKind.HLS;
            case HttpFeeds.Opened.Other(boolean images) -> images ? SourceKind.MJPEG : SourceKind.HTTP;
        };
        return relayed(relays.open(scope, uri, timeout), kind);
    }

    private Input input(URI uri, SourceKind kind, boolean trusted, Duration timeout) throws SourceException {
        // Credentials are not passed to a child process; the relay authenticates.
        boolean relayed = kind == SourceKind.RTSP && uri.getRawUserInfo() != null;
        return trusted && !relayed ? new Input(uri, kind, Optional.empty()) : verified(uri, kind, trusted, timeout);
    }

    private static Input relayed(Relay relay, SourceKind kind) {
        return new Input(relay.address(), kind, Optional.of(relay));
    }

    private static SourceKind kind(URI uri) {
        return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "http", "https" -> SourceKind.HTTP;
            case "rtsp", "rtsps" -> SourceKind.RTSP;
            case "srt" -> SourceKind.SRT;
            default -> SourceKind.UDP;
        };
    }

    private FetchScope scope(URI uri, boolean trusted) {
        return trusted ? policy.ofOperator(uri) : policy.ofClient(uri);
    }

    /**
     * Opens an HTTP source. Redirects and references of a playlist are checked against SSRF for trusted sources too.
     */
    private Feed openHttp(URI uri, FetchScope scope, Duration timeout) throws SourceException, InterruptedException {
        return switch (http.open(scope, uri, Map.of(), timeout)) {
            case HttpFeeds.Opened.Stream(Feed feed) -> feed;
            case HttpFeeds.Opened.Playlist() -> relayed(uri, scope, SourceKind.HLS, timeout);
            case HttpFeeds.Opened.Other(boolean _) -> relayed(uri, scope, SourceKind.HTTP, timeout);
        };
    }

    private Feed relayed(URI uri, FetchScope scope, SourceKind kind, Duration timeout)
            throws SourceException, InterruptedException {
        return GrabbedFeed.open(
                encodes -> grabbed(relayed(relays.open(scope, uri, timeout), kind), encodes),
                encodedAudio.of(uri),
                TimeSource.SYSTEM);
    }

    private Feed grabbed(Input open, boolean encodesAudio) {
        return fed(open, input -> processes.grab(input.address(), input.kind(), encodesAudio));
    }

    private Input verified(URI uri, SourceKind kind, boolean trusted, Duration timeout) throws SourceException {
        try {
            ResolvedEndpoint endpoint = scope(uri, trusted).to(uri);
            return kind == SourceKind.RTSP
                    ? relayed(RtspRelay.open(endpoint, timeout, !trusted), kind)
                    : new Input(endpoint.numeric(), kind, Optional.empty());
        } catch (SourceNotAllowed refused) {
            throw SourceException.notAllowed(refused);
        } catch (UnknownHostException unknown) {
            throw new SourceException(SourceException.Kind.UNREACHABLE, "the source's host name cannot be resolved");
        } catch (SSLException untrusted) {
            throw new SourceException(SourceException.Kind.UNREACHABLE, "the source's certificate is not trusted");
        } catch (IOException refused) {
            throw new SourceException(SourceException.Kind.UNREACHABLE, "the source refused the connection");
        }
    }

    /** Starts a child that reads an input. */
    private static Feed fed(Input input, Function<Input, MediaProcess> start) {
        boolean opened = false;
        try {
            MediaProcess process = start.apply(input);
            Feed feed = input.relay()
                    .map(relay -> ProcessFeed.relayed(process, relay))
                    .orElseGet(() -> ProcessFeed.live(process));
            opened = true;
            return feed;
        } finally {
            if (!opened) {
                input.relay().ifPresent(Relay::close);
            }
        }
    }

    private Feed receiver(String receiver, String reference, Duration timeout)
            throws SourceException, InterruptedException {
        return switch (receivers.detect(receiver, reference)) {
            case Detection.Found(URI address, int _, Map<String, String> headers) -> {
                StreamPermit permit = receivers
                        .acquire(receiver)
                        .orElseThrow(() -> new SourceException(
                                SourceException.Kind.RECEIVER, "as many streams are open as max-streams allows"));
                boolean opened = false;
                try {
                    Feed feed = PermittedFeed.open(permit, () -> stream(address, headers, timeout));
                    opened = true;
                    yield feed;
                } finally {
                    if (!opened) {
                        receivers.forget(receiver, reference);
                    }
                }
            }
            case Detection.NotFound(var _, String detail, boolean retryable) ->
                throw new SourceException(
                        retryable ? SourceException.Kind.RECEIVER : SourceException.Kind.PERMANENT, detail);
        };
    }

    private Feed stream(URI address, Map<String, String> headers, Duration timeout)
            throws SourceException, InterruptedException {
        if (http.open(policy.ofOperator(address), address, headers, timeout)
                instanceof HttpFeeds.Opened.Stream(Feed feed)) {
            return feed;
        }
        throw new SourceException(SourceException.Kind.NOT_MEDIA, "the receiver sends no MPEG-TS");
    }
}
