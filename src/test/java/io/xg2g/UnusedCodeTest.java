package io.xg2g;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAnnotation;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The program has no methods that it does not call: those for tests alone are part of the tests. */
class UnusedCodeTest {
    /** Views of something that has no other effect outside of its class. */
    private static final Set<String> FOR_TESTS = Set.of(
            // The functions that a native executable has to register.
            "io.xg2g.gpu.NvmlSampler.signatures()",
            // The states of a state machine.
            "io.xg2g.ingest.WindowAssembler.state()");

    /** The interfaces of the bus and of the queues are whole, whatever part of them is used at present. */
    private static final Set<String> LIBRARIES = Set.of("io.xg2g.bus", "io.xg2g.queue");

    @Test
    void theProgramCallsEachOfItsMethods() {
        List<String> unused = CodeUnderTest.program().stream()
                .filter(type -> !LIBRARIES.contains(type.getPackageName()))
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> !isCalled(method) && !isGenerated(method) && !isForFrameworks(method))
                .filter(method -> supertypes(method.getOwner())
                        .flatMap(type -> type.getMethods().stream())
                        .noneMatch(overridden -> isOverriddenBy(overridden, method)))
                .map(JavaMethod::getFullName)
                .filter(method -> !FOR_TESTS.contains(method))
                .toList();

        assertThat(unused).as("methods that only tests call, or nothing").isEmpty();
    }

    private static boolean isCalled(JavaMethod method) {
        return method.getAccessesToSelf().stream()
                .anyMatch(call -> !call.getOrigin().equals(method));
    }

    private static boolean isGenerated(JavaMethod method) {
        JavaClass owner = method.getOwner();
        boolean accessor =
                owner.isRecord() && owner.tryGetField(method.getName()).isPresent();
        boolean ofEnum = owner.isEnum() && Set.of("values", "valueOf").contains(method.getName());
        return accessor || ofEnum || method.getModifiers().contains(JavaModifier.SYNTHETIC);
    }

    /** Returns whether a method is called by the JVM or a framework: for an annotation, an event, or a configured value. */
    private static boolean isForFrameworks(JavaMethod method) {
        boolean annotated = Stream.concat(
                        method.getAnnotations().stream(),
                        method.getParameters().stream().flatMap(parameter -> parameter.getAnnotations().stream()))
                .map(JavaAnnotation::getRawType)
                .anyMatch(type -> !type.getPackageName().startsWith("org.jspecify"));
        return annotated
                || method.getName().equals("main")
                || Stream.iterate(
                                method.getOwner(),
                                type -> type != null,
                                type -> type.getEnclosingClass().orElse(null))
                        .anyMatch(type -> type.isAnnotatedWith(ConfigMapping.class));
    }

    private static Stream<JavaClass> supertypes(JavaClass type) {
        return Stream.concat(type.getAllRawSuperclasses().stream(), type.getAllRawInterfaces().stream());
    }

    /** A method of a library is called by the library. */
    private static boolean isOverriddenBy(JavaMethod overridden, JavaMethod method) {
        return overridden.getName().equals(method.getName())
                && overridden.getRawParameterTypes().size()
                        == method.getRawParameterTypes().size()
                && (!overridden.getOwner().getPackageName().startsWith("io.xg2g") || isCalled(overridden));
    }
}
