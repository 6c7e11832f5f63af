package io.xg2g;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import io.quarkus.resteasy.reactive.jackson.CustomDeserialization;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Test of rules for the methods that handle requests. */
class ResourceRulesTest {
    /** A misspelled member of a body must not be ignored. */
    @Test
    void jsonOfClientsIsReadStrictly() {
        assertThat(methods(Consumes.class, type -> List.of(type.value()).contains(MediaType.APPLICATION_JSON)))
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(method -> method.isAnnotatedWith(CustomDeserialization.class));
    }

    /** Headers of event streams are set by path, {@code …/events}: {@code quarkus.http.filter.events}. */
    @Test
    void everyEventStreamHasThePathAndTheCommentsOfOne() {
        List<JavaMethod> streams = methods(
                Produces.class,
                type -> Stream.of(type.value()).anyMatch(value -> value.startsWith(MediaType.SERVER_SENT_EVENTS)));
        assertThat(streams).hasSizeGreaterThanOrEqualTo(3).allSatisfy(method -> {
            Path path = method.tryGetAnnotationOfType(Path.class)
                    .orElseGet(() -> method.getOwner().getAnnotationOfType(Path.class));
            assertThat(path.value()).endsWith("/events");
            assertThat(method.getMethodCallsFromSelf())
                    .anyMatch(call -> call.getTargetOwner().getSimpleName().equals("EventStreams"));
        });
    }

    private static <T extends Annotation> List<JavaMethod> methods(Class<T> annotation, Predicate<T> wanted) {
        return CodeUnderTest.program().stream()
                .flatMap(type -> type.getMethods().stream())
                .filter(method ->
                        method.tryGetAnnotationOfType(annotation).filter(wanted).isPresent())
                .toList();
    }
}
