package io.xg2g.docs;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the program serves: a method and a path, with the path's parameters in braces.
 *
 * @param management whether at the management port
 */
record Route(String method, String path, boolean management) {
    /** Those that are no resources: the page, the description of the API, segments, probes. */
    private static final List<Route> OTHERS = List.of(
            new Route("GET", "/", false),
            new Route("GET", "/openapi", false),
            new Route("GET", "/live/{channel}/{rendition}/{file}", false),
            new Route("GET", "/healthz", true),
            new Route("GET", "/readyz", true),
            new Route("GET", "/startedz", true),
            new Route("GET", "/metrics", true));

    static List<Route> all() {
        return Stream.concat(
                        OTHERS.stream(),
                        ConfigurationStart.PROGRAM.stream()
                                .filter(type -> type.isAnnotationPresent(Path.class))
                                .flatMap(Route::of))
                .toList();
    }

    private static Stream<Route> of(Class<?> resource) {
        String base = resource.getAnnotation(Path.class).value();
        return Arrays.stream(resource.getDeclaredMethods())
                .flatMap(method -> method(method).map(name -> new Route(name, joined(base, method), false)).stream());
    }

    private static Optional<String> method(Method method) {
        return Arrays.stream(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(named -> named != null)
                .map(HttpMethod::value)
                .findFirst();
    }

    private static String joined(String base, Method method) {
        Path own = method.getAnnotation(Path.class);
        return ("/" + base + "/" + (own == null ? "" : own.value()))
                .replaceAll("/+", "/")
                .replaceFirst("(?<=.)/$", "");
    }

    boolean takes(DocumentedRequest request) {
        return management == request.management() && request.isTakenBy(method, path);
    }
}
