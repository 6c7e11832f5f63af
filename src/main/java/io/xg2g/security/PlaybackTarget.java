package io.xg2g.security;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.live.PlaybackMode;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What of a channel a request wants.
 *
 * @param mode what it is part of, or {@code null} for what goes with every mode
 */
record PlaybackTarget(String channel, @Nullable PlaybackMode mode) {
    static final String ROOT = "/live/";

    /**
     * What there is of a channel, in no other spelling than its own: what is read here as one thing must not be served as
     * another one further on.
     */
    private static final Pattern PATH = Pattern.compile(ROOT + "(?<channel>[a-z0-9][a-z0-9_-]*)/(?<file>stream\\.ts"
            + "|audio\\.aac|preview\\.jpg|master\\.m3u8|manifest\\.mpd|[a-z0-9_-]+/[A-Za-z0-9_-]+\\.(?:m3u8|m4s|mp4))");

    /** What the path and the mode of a request name, if they name one thing only. */
    static Optional<PlaybackTarget> of(RoutingContext exchange) {
        Matcher path = PATH.matcher(exchange.normalizedPath());
        if (!path.matches()) {
            return Optional.empty();
        }
        String channel = path.group("channel");
        return switch (path.group("file")) {
            case "stream.ts" -> transportStream(exchange.request()).map(mode -> new PlaybackTarget(channel, mode));
            case "audio.aac" -> Optional.of(new PlaybackTarget(channel, PlaybackMode.AUDIO));
            case "preview.jpg" -> Optional.of(new PlaybackTarget(channel, null));
            default -> Optional.of(new PlaybackTarget(channel, PlaybackMode.ADAPTIVE));
        };
    }

    boolean isPartOf(PlaybackToken token) {
        return channel.equals(token.channel()) && (mode == null || mode == token.mode());
    }

    /** Whether its response has no end. */
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
