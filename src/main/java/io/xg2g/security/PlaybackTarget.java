package io.xg2g.security;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.LivePath;
import io.xg2g.channel.PlaybackMode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of a channel that a request fetches.
 *
 * @param mode playback mode that it belongs to, or {@code null} if it belongs to every mode
 * @param entry whether it opens a channel; false for what a playlist or manifest refers to
 */
record PlaybackTarget(String channel, @Nullable PlaybackMode mode, boolean entry) {
    private static final String LIST = "/channels.m3u";

    /** Returns whether a player sends such a request: for the list, or a part of a channel. */
    static boolean isForPlayers(RoutingContext exchange) {
        HttpMethod method = exchange.request().method();
        String path = exchange.normalizedPath();
        return (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
                && (path.startsWith(LivePath.ROOT) || path.equals(LIST));
    }

    /** Parses the path and the mode of a request; empty if they are ambiguous. */
    static Optional<PlaybackTarget> of(RoutingContext exchange) {
        return LivePath.parse(exchange.normalizedPath()).flatMap(path -> switch (path) {
            case LivePath.TransportStream(String channel) ->
                transportStream(exchange.request()).map(mode -> new PlaybackTarget(channel, mode, true));
            case LivePath.Audio(String channel) -> Optional.of(new PlaybackTarget(channel, PlaybackMode.AUDIO, true));
            case LivePath.Preview(String channel) -> Optional.of(new PlaybackTarget(channel, null, true));
            case LivePath.Master _, LivePath.Manifest _ ->
                Optional.of(new PlaybackTarget(path.channel(), PlaybackMode.ADAPTIVE, true));
            case LivePath.MediaPlaylist _, LivePath.InitSegment _, LivePath.Segment _ ->
                Optional.of(new PlaybackTarget(path.channel(), PlaybackMode.ADAPTIVE, false));
        });
    }

    boolean isPartOf(PlaybackToken token) {
        return channel.equals(token.claims().channel())
                && (mode == null || mode == token.claims().mode())
                && (entry || !token.isEntry());
    }

    private static Optional<PlaybackMode> transportStream(HttpServerRequest request) {
        List<String> modes = request.params().getAll("mode");
        return switch (modes.size()) {
            case 0 -> Optional.of(PlaybackMode.STANDARD);
            case 1 -> PlaybackMode.findTransportStream(modes.getFirst());
            default -> Optional.empty();
        };
    }
}
