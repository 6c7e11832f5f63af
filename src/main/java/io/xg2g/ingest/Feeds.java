package io.xg2g.ingest;

import io.xg2g.ffmpeg.FrameOptions;
import io.xg2g.ffmpeg.GrabOptions;
import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.ffmpeg.MediaProcesses;
import io.xg2g.ffmpeg.RtspTransport;
import io.xg2g.ffmpeg.SourceKind;
import io.xg2g.receiver.Detection;
import io.xg2g.receiver.Receivers;
import io.xg2g.receiver.StreamPermit;
import io.xg2g.schedule.TimeSource;
import io.xg2g.source.FetchScope;
import io.xg2g.source.HlsPreferences;
import io.xg2g.source.HttpRelayServer;
import io.xg2g.source.Relay;
import io.xg2g.source.ResolvedEndpoint;
import io.xg2g.source.RtspRelay;
import io.xg2g.source.SourceClient;
import io.xg2g.source.SourceHeaders;
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
import java.util.function.Supplier;
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
     * @param preferences among the variants and audio renditions, if it is an HLS source
     * @param timeout bound on the response, and on its first bytes
     * @throws SourceException if the source cannot be opened
     */
    Feed open(Source source, HlsPreferences preferences, Duration timeout)
            throws SourceException, InterruptedException {
        return switch (source) {
            case Source.Receiver(String receiver, String reference) ->
                receiver(receiver, reference, preferences, timeout);
            case Source.Network network -> network(network, preferences, timeout);
            case Source.Loop(Path file) -> ProcessFeed.recorded(processes.loop(file));
            case Source.Demo() -> ProcessFeed.recorded(processes.demo());
        };
    }

    private Feed network(Source.Network source, HlsPreferences preferences, Duration timeout)
            throws SourceException, InterruptedException {
        SourceKind kind = kind(source.uri());
        if (kind == SourceKind.HTTP) {
            return openHttp(source.uri(), scope(source), preferences, timeout);
        }
        return kind == SourceKind.SRT || kind == SourceKind.UDP
                ? new PacketFeed(grabbed(input(source, kind, timeout)))
                : grabbed(source.uri(), () -> input(source, kind, timeout));
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
        Input input = input(source, timeout);
        return opened(
                input,
                () -> ProcessFeed.ofImages(
                        processes.frames(input.address(), input.kind(), options),
                        input.relay(),
                        input.kind() != SourceKind.MJPEG));
    }

    /** What a child opens, and the relay behind it. */
    private record Input(URI address, SourceKind kind, GrabOptions options, Optional<Relay> relay) {
        static Input direct(URI address, SourceKind kind, RtspTransport transport) {
            return new Input(address, kind, GrabOptions.of(transport, false), Optional.empty());
        }

        static Input relayed(Relay relay, SourceKind kind) {
            GrabOptions options = kind == SourceKind.MJPEG ? GrabOptions.COPY.encodingVideo() : GrabOptions.COPY;
            return new Input(relay.address(), kind, options, Optional.of(relay));
        }

        Input encodingAudio(boolean encodes) {
            return new Input(address, kind, options.encodingAudio(encodes), relay);
        }
    }

    /** Opens an input, with its relay. */
    private interface InputOpener {
        Input open() throws SourceException, InterruptedException;
    }

    private Input input(Source source, Duration timeout) throws SourceException, InterruptedException {
        return switch (source) {
            case Source.Loop(Path file) -> Input.direct(file.toUri(), SourceKind.FILE, RtspTransport.TCP);
            case Source.Network network -> {
                SourceKind kind = kind(network.uri());
                // The relay reads the clock of an RTSP source.
                yield kind == SourceKind.HTTP
                        ? imagesOverHttp(network.uri(), scope(network), timeout)
                        : input(network, kind, kind == SourceKind.RTSP, timeout);
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
                yield HttpFeeds.videoKind(feed.isRecorded());
            }
            case HttpFeeds.Opened.Playlist() -> SourceKind.HLS;
            case HttpFeeds.Opened.Stations _ ->
                throw new SourceException(SourceException.Kind.NOT_MEDIA, "the source is a list of stations");
            case HttpFeeds.Opened.Other(SourceKind other) -> other;
        };
        return Input.relayed(relays.open(scope, uri, HlsPreferences.NONE, timeout), kind);
    }

    private Input input(Source.Network source, SourceKind kind, Duration timeout) throws SourceException {
        // Credentials are not passed to a child process; the relay authenticates.
        return input(source, kind, kind == SourceKind.RTSP && source.uri().getRawUserInfo() != null, timeout);
    }

    private Input input(Source.Network source, SourceKind kind, boolean relayed, Duration timeout)
            throws SourceException {
        return source.trusted() && !relayed
                ? Input.direct(source.uri(), kind, transport(source))
                : verified(source, kind, timeout);
    }

    /** Returns the transport: of rtsps always TCP, since the control connection alone is encrypted otherwise. */
    private static RtspTransport transport(Source.Network source) {
        return source.uri().getScheme().equalsIgnoreCase("rtsps")
                ? RtspTransport.TCP
                : source.options().transport();
    }

    private static SourceKind kind(URI uri) {
        return switch (uri.getScheme().toLowerCase(Locale.ROOT)) {
            case "http", "https" -> SourceKind.HTTP;
            case "rtsp", "rtsps" -> SourceKind.RTSP;
            case "srt" -> SourceKind.SRT;
            case "rtp" -> SourceKind.RTP;
            case "rtmp", "rtmps" -> SourceKind.RTMP;
            default -> SourceKind.UDP;
        };
    }

    private FetchScope scope(Source.Network source) {
        SourceHeaders headers = source.options().headers();
        return source.trusted() ? policy.ofOperator(source.uri(), headers) : policy.ofClient(source.uri(), headers);
    }

    /**
     * Opens an HTTP source. Redirects and references of a playlist are checked against SSRF for trusted sources too.
     */
    private Feed openHttp(URI uri, FetchScope scope, HlsPreferences preferences, Duration timeout)
            throws SourceException, InterruptedException {
        HttpFeeds.Opened opened = http.open(scope, uri, Map.of(), timeout);
        return opened instanceof HttpFeeds.Opened.Stations(URI first)
                ? opened(http.open(scope, first, Map.of(), timeout), first, scope, preferences, timeout)
                : opened(opened, uri, scope, preferences, timeout);
    }

    private Feed opened(
            HttpFeeds.Opened opened, URI uri, FetchScope scope, HlsPreferences preferences, Duration timeout)
            throws SourceException, InterruptedException {
        SourceKind kind;
        switch (opened) {
            case HttpFeeds.Opened.Stream(Feed feed) -> {
                return feed;
            }
            case HttpFeeds.Opened.Playlist() -> kind = SourceKind.HLS;
            case HttpFeeds.Opened.Stations _ ->
                throw new SourceException(SourceException.Kind.NOT_MEDIA, "the source is a playlist of playlists");
            case HttpFeeds.Opened.Other(SourceKind other) -> kind = other;
        }
        return grabbed(uri, () -> Input.relayed(relays.open(scope, uri, preferences, timeout), kind));
    }

    /** Opens an input, again with encoded audio if MPEG-TS cannot carry it. */
    private Feed grabbed(URI source, InputOpener opener) throws SourceException, InterruptedException {
        return GrabbedFeed.open(
                encodesAudio -> grabbed(opener.open().encodingAudio(encodesAudio)),
                encodedAudio.of(source),
                TimeSource.SYSTEM);
    }

    /** Starts a child that copies the source; if MPEG-TS cannot carry its video, another one that encodes it. */
    private Feed grabbed(Input open) {
        GrabOptions options = open.options();
        Function<GrabOptions, MediaProcess> start = chosen -> processes.grab(open.address(), open.kind(), chosen);
        return opened(
                open,
                () -> options.encodesVideo()
                        ? ProcessFeed.of(start.apply(options), open.relay())
                        : ProcessFeed.of(
                                start.apply(options), open.relay(), () -> start.apply(options.encodingVideo())));
    }

    private Input verified(Source.Network source, SourceKind kind, Duration timeout) throws SourceException {
        RtspTransport transport = transport(source);
        try {
            ResolvedEndpoint endpoint = scope(source).to(source.uri());
            if (kind != SourceKind.RTSP) {
                return Input.direct(endpoint.numeric(), kind, transport);
            }
            Relay relay = RtspRelay.open(endpoint, timeout, !source.trusted(), transport.mayBeUdp());
            GrabOptions options = GrabOptions.of(transport, !source.trusted());
            return new Input(relay.address(), kind, options, Optional.of(relay));
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

    /** Opens a feed; closes the relay of its input if that fails. */
    private static Feed opened(Input input, Supplier<Feed> open) {
        boolean opened = false;
        try {
            Feed feed = open.get();
            opened = true;
            return feed;
        } finally {
            if (!opened) {
                input.relay().ifPresent(Relay::close);
            }
        }
    }

    private Feed receiver(String receiver, String reference, HlsPreferences preferences, Duration timeout)
            throws SourceException, InterruptedException {
        return switch (receivers.detect(receiver, reference)) {
            case Detection.External(URI address, SourceHeaders headers) ->
                network(
                        new Source.Network(address, true, new NetworkOptions(headers, RtspTransport.AUTO)),
                        preferences,
                        timeout);
            case Detection.Found(URI address, int _, Map<String, String> headers) -> {
                StreamPermit permit = receivers
                        .acquire(receiver)
                        .orElseThrow(() -> new SourceException(
                                SourceException.Kind.RECEIVER, "as many streams are open as max-streams allows"));
                yield PermittedFeed.open(
                        permit, () -> receivers.forget(receiver, reference), () -> stream(address, headers, timeout));
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
