package io.xg2g.docs;

import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A method and a path that the program serves, with the path's parameters in braces.
 *
 * @param management whether at the management port
 */
public record Route(String method, String path, boolean management) {

    /**
     * A route with its role and parameters.
     *
     * @param role the lowest role with access; {@code none} if no role is required
     * @param query names of its query parameters
     */
    record Access(Route route, String role, Set<String> query) {}

    /** Routes that are not resources: the page, the description of the API, segments, probes, metrics. */
    private static final List<Access> OTHERS = List.of(
            new Access(new Route("GET", "/", false), "none", Set.of()),
            new Access(new Route("GET", "/openapi", false), "none", Set.of()),
            new Access(new Route("GET", "/live/{channel}/{rendition}/{file}", false), "viewer", Set.of()),
            new Access(new Route("GET", "/healthz", true), "none", Set.of()),
            new Access(new Route("GET", "/readyz", true), "none", Set.of()),
            new Access(new Route("GET", "/startedz", true), "none", Set.of()),
            new Access(new Route("GET", "/metrics", true), "none", Set.of()));

    /** Returns all routes. */
    public static List<Route> all() {
        return access().map(Access::route).toList();
    }

    static Stream<Access> access() {
        return Stream.concat(
                OTHERS.stream(),
                ConfigurationStart.PROGRAM.stream()
                        .filter(type -> type.isAnnotationPresent(Path.class))
                        .flatMap(Route::of));
    }

    private static Stream<Access> of(Class<?> resource) {
        String base = resource.getAnnotation(Path.class).value();
        return Arrays.stream(resource.getDeclaredMethods())
                .flatMap(method -> method(method)
                        .map(name -> new Access(
                                new Route(name, joined(base, method), false), role(resource, method), query(method)))
                        .stream());
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

    private static String role(Class<?> resource, Method method) {
        return Stream.<AnnotatedElement>of(method, resource)
                .map(element -> element.getAnnotation(RolesAllowed.class))
                .filter(allowed -> allowed != null)
                .map(allowed -> String.join(",", allowed.value()))
                .findFirst()
                .orElse("none");
    }

    private static Set<String> query(Method method) {
        Set<String> names = new TreeSet<>();
        for (Parameter parameter : method.getParameters()) {
            Stream<? extends AnnotatedElement> annotated = parameter.isAnnotationPresent(BeanParam.class)
                    ? Arrays.stream(parameter.getType().getDeclaredFields())
                    : Stream.of(parameter);
            annotated
                    .map(element -> element.getAnnotation(QueryParam.class))
                    .filter(query -> query != null)
                    .forEach(query -> names.add(query.value()));
        }
        return names;
    }

    boolean takes(DocumentedRequest request) {
        return management == request.management() && request.isTakenBy(method, path);
    }
}
