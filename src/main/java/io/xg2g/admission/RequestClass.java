package io.xg2g.admission;

import io.vertx.core.http.HttpMethod;
import io.xg2g.channel.LivePath;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Class of a request for the rate limits. */
sealed interface RequestClass {

    /** Request that causes work: a transcode, a frame that is scaled, or a change. */
    record Work(Kind kind) implements RequestClass {}

    /**
     * Request for the stream, a playlist or a segment of a channel. The first one of a client begins a playback.
     *
     * @param mode one of the modes of playback
     */
    record Play(String channel, Kind mode) implements RequestClass {}

    /** Request that only reads: states, lists, pages, thumbnails, finished results. */
    record Read() implements RequestClass {}

    RequestClass READ = new Read();

    /** Last element of the path of a camera's frame, which is scaled to the parameter {@code width}. */
    String FRAME = "frame.jpg";

    /**
     * Classifies a request by method and path. Unknown changes count as {@link Work}.
     *
     * @param path normalized path
     * @param parameter returns a query parameter by its name; called only where one matters
     */
    static RequestClass of(HttpMethod method, String path, Function<String, @Nullable String> parameter) {
        List<String> parts = parts(path);
        boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        if (!reads) {
            return method.equals(HttpMethod.OPTIONS) ? READ : work(method, parts);
        }
        if (parts.size() < 3
                || !parts.getFirst().equals("live")
                || parts.getLast().equals(LivePath.PREVIEW)) {
            return isScaledFrame(parts, parameter) ? new Work(Kind.TRANSCODE) : READ;
        }
        Kind kind = switch (parts.get(2)) {
            case LivePath.AUDIO -> Kind.AUDIO_PROXY;
            case LivePath.TRANSPORT_STREAM -> streamed(parameter.apply("mode"));
            default -> Kind.GPU;
        };
        return new Play(parts.get(1), kind);
    }

    private static boolean isScaledFrame(List<String> parts, Function<String, @Nullable String> parameter) {
        return !parts.isEmpty() && parts.getLast().equals(FRAME) && parameter.apply("width") != null;
    }

    private static RequestClass work(HttpMethod method, List<String> parts) {
        if (parts.size() < 3 || !parts.get(2).equals("transcodes")) {
            return new Work(Kind.API);
        }
        // Cancelling frees a slot and is not limited as work.
        return method.equals(HttpMethod.DELETE) ? READ : new Work(Kind.TRANSCODE);
    }

    private static Kind streamed(@Nullable String mode) {
        return switch (mode) {
            case "gpu" -> Kind.GPU;
            case "audio_proxy" -> Kind.AUDIO_PROXY;
            case null, default -> Kind.STANDARD;
        };
    }

    /** Returns the segments of a path, decoded as the resources see them. */
    private static List<String> parts(String path) {
        List<String> parts = new ArrayList<>(4);
        for (int from = 1, to; from < path.length(); from = to + 1) {
            to = path.indexOf('/', from);
            to = to < 0 ? path.length() : to;
            if (to > from) {
                parts.add(plain(path.substring(from, to)));
            }
        }
        return parts;
    }

    private static String plain(String part) {
        if (part.indexOf('%') < 0) {
            return part;
        }
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return part;
        }
    }
}
