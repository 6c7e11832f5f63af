package io.xg2g.admission;

import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a request asks for, as far as it is metered. */
sealed interface RequestClass {

    /** Something that costs: a transcode, a change. */
    record Work(Kind kind) implements RequestClass {}

    /**
     * Something of a channel. The first thing that a client fetches of it begins its playback.
     *
     * @param mode one of the modes of playback
     */
    record Play(String channel, Kind mode) implements RequestClass {}

    /** Something that is there anyhow: states, lists, pages, thumbnails, finished results. */
    record Look() implements RequestClass {}

    /** All looks are alike. */
    RequestClass LOOK = new Look();

    /**
     * Tells by method and path. What it does not know costs: a path that is spelled in an unusual way gains nothing.
     *
     * @param path normalized
     * @param mode the query parameter of that name, asked for where it matters
     */
    static RequestClass of(HttpMethod method, String path, Supplier<@Nullable String> mode) {
        List<String> parts = parts(path);
        boolean reads = method.equals(HttpMethod.GET) || method.equals(HttpMethod.HEAD);
        if (!reads) {
            return method.equals(HttpMethod.OPTIONS) ? LOOK : work(method, parts);
        }
        if (parts.size() < 3
                || !parts.getFirst().equals("live")
                || parts.getLast().equals("preview.jpg")) {
            return LOOK;
        }
        Kind kind = switch (parts.get(2)) {
            case "audio.aac" -> Kind.AUDIO_PROXY;
            case "stream.ts" -> streamed(mode.get());
            default -> Kind.GPU;
        };
        return new Play(parts.get(1), kind);
    }

    private static RequestClass work(HttpMethod method, List<String> parts) {
        if (parts.size() < 3 || !parts.get(2).equals("transcodes")) {
            return new Work(Kind.API);
        }
        // To cancel gives a slot back; nobody is kept from it.
        return method.equals(HttpMethod.DELETE) ? LOOK : new Work(Kind.TRANSCODE);
    }

    private static Kind streamed(@Nullable String mode) {
        return switch (mode) {
            case "gpu" -> Kind.GPU;
            case "audio_proxy" -> Kind.AUDIO_PROXY;
            case null, default -> Kind.STANDARD;
        };
    }

    /** The segments of a path as the resources will see them: decoded, and without matrix parameters. */
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
        int matrix = part.indexOf(';');
        String bare = matrix < 0 ? part : part.substring(0, matrix);
        if (bare.indexOf('%') < 0) {
            return bare;
        }
        try {
            return URLDecoder.decode(bare.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return bare;
        }
    }
}
