package io.xg2g.security;

import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.channel.PlaybackMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a channel that a request fetches.
 *
 * @param mode playback mode that it belongs to, or {@code null} if it belongs to every mode
 * @param entry whether it opens a channel; false for what a playlist or manifest refers to
 */
record PlaybackTarget(String channel, @Nullable PlaybackMode mode, boolean entry) {
    private static final String ROOT = "/live/";
    private static final String LIST = "/channels.m3u";

    /**
     * Paths of a channel in their normal spelling only, so that a path is never interpreted differently by the resource
     * that serves it.
     */
    private static final Pattern PATH = Pattern.compile(ROOT + "(?<channel>[a-z0-9][a-z0-9_-]*)/(?<file>stream\\.ts"
            + "|audio\\.aac|preview\\.jpg|master\\.m3u8|manifest\\.mpd|[a-z0-9_-]+/[A-Za-z0-9_-]+\\.(?:m3u8|m4s|mp4))");

    /** Returns whether a player sends such a request: for the list, or a part of a channel. */
    static boolean isForPlayers(RoutingContext exchange) {
        HttpMethod method = exchange.request().method();
        String path = exchange.normalizedPath();
        return (method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD))
                && (path.startsWith(ROOT) || path.equals(LIST));
    }

    /** Parses the path and the mode of a request; empty if they are ambiguous. */
    static Optional<PlaybackTarget> of(RoutingContext exchange) {
        Matcher path = PATH.matcher(exchange.normalizedPath());
        if (!path.matches()) {
            return Optional.empty();
        }
        String channel = path.group("channel");
        return switch (path.group("file")) {
            case "stream.ts" ->
                transportStream(exchange.request()).map(mode -> new PlaybackTarget(channel, mode, true));
            case "audio.aac" -> Optional.of(new PlaybackTarget(channel, PlaybackMode.AUDIO, true));
            case "preview.jpg" -> Optional.of(new PlaybackTarget(channel, null, true));
            case "master.m3u8", "manifest.mpd" -> Optional.of(new PlaybackTarget(channel, PlaybackMode.ADAPTIVE, true));
            default -> Optional.of(new PlaybackTarget(channel, PlaybackMode.ADAPTIVE, false));
        };
    }

    boolean isPartOf(PlaybackToken token) {
        return channel.equals(token.claims().channel())
                && (mode == null || mode == token.claims().mode())
                && (entry || !token.isEntry());
    }

    /** Returns whether the response is endless. */
    boolean isContinuous() {
        return mode != null && mode != PlaybackMode.ADAPTIVE;
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
