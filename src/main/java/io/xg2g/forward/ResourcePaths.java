package io.xg2g.forward;

import io.vertx.core.http.HttpMethod;
import io.xg2g.channel.LivePath;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Table of the paths of the API: what a request is for. A path that is not in it is answered by the gateway that gets the request;
 * every path of the OpenAPI description has to be in it, or be one of {@link LivePath}.
 */
final class ResourcePaths {
    private static final Resource ANYWHERE = new Resource.Anywhere();

    /** Methods of the API. Others are refused by the gateway that gets them. */
    private static final Set<HttpMethod> METHODS =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH, HttpMethod.DELETE);

    /** Ids of channels and cameras; anything else does not exist. */
    private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,128}");

    private static final List<Row> TABLE = List.of(
            anywhere("channels.m3u"),
            anywhere("openapi"),
            anywhere("api/v1/camera-workers"),
            anywhere("api/v1/cameras"),
            named("api/v1/cameras/{id}", Resource.Camera::new),
            named("api/v1/cameras/{id}/frame.jpg", Resource.Camera::new),
            named("api/v1/cameras/{id}/frames.mjpeg", Resource.Camera::new),
            anywhere("api/v1/channels"),
            named("api/v1/channels/{id}", id -> new Resource.Channel(id, false)),
            anywhere("api/v1/channels/{id}/playback"),
            anywhere("api/v1/events"),
            anywhere("api/v1/gpus"),
            anywhere("api/v1/gpus/{uuid}"),
            anywhere("api/v1/gpus/{uuid}/telemetry"),
            anywhere("api/v1/gpus/{uuid}/telemetry/events"),
            anywhere("api/v1/list-tokens"),
            anywhere("api/v1/list-tokens/{id}"),
            anywhere("api/v1/queue"),
            anywhere("api/v1/receivers"),
            anywhere("api/v1/streams"),
            named("api/v1/streams/{channel}", id -> new Resource.Channel(id, false)),
            named("api/v1/streams/{channel}/events", id -> new Resource.Channel(id, false)),
            anywhere("api/v1/telemetry/replays"),
            anywhere("api/v1/telemetry/replays/{id}"),
            anywhere("api/v1/transcodes"),
            row("api/v1/transcodes/{id}", Resource.Job::new),
            row("api/v1/transcodes/{id}/events", Resource.Job::new),
            row("api/v1/transcodes/{id}/renditions/{name}", Resource.Job::new),
            row("api/v1/transcodes/{id}/retry", Resource.Job::new));

    /**
     * One row.
     *
     * @param template segments; one in braces matches any segment
     * @param resource for the first segment that is in braces
     */
    private record Row(List<String> template, Function<String, Resource> resource) {

        Optional<Resource> match(List<String> path) {
            if (path.size() != template.size()) {
                return Optional.empty();
            }
            String first = "";
            for (int i = path.size() - 1; i >= 0; i--) {
                boolean parameter = template.get(i).startsWith("{");
                if (!parameter && !template.get(i).equals(path.get(i))) {
                    return Optional.empty();
                }
                first = parameter ? path.get(i) : first;
            }
            return Optional.of(resource.apply(first));
        }
    }

    private ResourcePaths() {}

    /** Returns what a request is for. */
    static Resource of(HttpMethod method, String normalizedPath) {
        return METHODS.contains(method) ? find(method, normalizedPath).orElse(ANYWHERE) : ANYWHERE;
    }

    /** Returns what a path is for; empty if it is not in the table. */
    static Optional<Resource> find(HttpMethod method, String normalizedPath) {
        if (normalizedPath.startsWith(LivePath.ROOT)) {
            // Resources, other than segments, ignore slashes at the end.
            return LivePath.parse(normalizedPath.replaceAll("(?<=.)/+$", ""))
                    .map(path -> new Resource.Channel(path.channel(), method.equals(HttpMethod.GET) && starts(path)));
        }
        List<String> path = Pattern.compile("/+")
                .splitAsStream(normalizedPath)
                .filter(segment -> !segment.isEmpty())
                .toList();
        return TABLE.stream().flatMap(row -> row.match(path).stream()).findFirst();
    }

    private static boolean starts(LivePath path) {
        return switch (path) {
            case LivePath.Master _,
                    LivePath.Manifest _,
                    LivePath.MediaPlaylist _,
                    LivePath.TransportStream _,
                    LivePath.Audio _ ->
                true;
            case LivePath.Preview _, LivePath.InitSegment _, LivePath.Segment _ -> false;
        };
    }

    private static Row anywhere(String template) {
        return row(template, _ -> ANYWHERE);
    }

    /** A row whose first parameter is the id of a channel or a camera. */
    private static Row named(String template, Function<String, Resource> resource) {
        return row(template, id -> NAME.matcher(id).matches() ? resource.apply(id) : ANYWHERE);
    }

    private static Row row(String template, Function<String, Resource> resource) {
        return new Row(List.of(template.split("/")), resource);
    }
}
