package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import io.smallrye.config.ConfigMapping;
import io.xg2g.CodeUnderTest;
import io.xg2g.docs.DocumentedProperty;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentCheckTest {
    private static final KnownVariables KNOWN = KnownVariables.of(CodeUnderTest.program().stream()
            .filter(type -> type.isAnnotatedWith(ConfigMapping.class))
            .map(JavaClass::reflect)
            .collect(Collectors.toSet()));

    @ParameterizedTest
    @ValueSource(strings = {"DOOR", "FRONT_DOOR", "4K", "A_B_C", "URL"})
    void everyDocumentedVariableIsKnownForAnyName(String name) {
        Set<String> variables = DocumentedProperty.all().stream()
                .map(property -> property.variable(name))
                .collect(Collectors.toSet());

        assertThat(variables).hasSizeGreaterThan(80).contains("XG2G_LIVE_CHANNELS__" + name + "__URL");
        assertThat(EnvironmentCheck.problem(KNOWN, variables)).isEmpty();
    }

    @Test
    void everyKnownVariableIsDocumented() {
        assertThat(KNOWN.toString().split(", "))
                .filteredOn(name -> !name.endsWith("_0_"))
                .containsExactlyInAnyOrderElementsOf(DocumentedProperty.all().stream()
                        .map(DocumentedProperty::variable)
                        .toList());
    }

    @ParameterizedTest
    @CsvSource({
        "XG2G_GPU_QUEUE_MAXWAIT, XG2G_GPU_QUEUE_MAX_WAIT",
        "XG2G_GPU_QUEUE_SIZES, XG2G_GPU_QUEUE_SIZE",
        "XG2G_RECEIVERS_LIVING_ROOM_URL, XG2G_RECEIVERS__LIVING_ROOM__URL",
        "XG2G_LIVE_CHANNELS_FRONT_DOOR_URL, XG2G_LIVE_CHANNELS__FRONT_DOOR__URL"
    })
    void anUnknownVariableIsReportedWithTheNearestKnownOne(String variable, String meant) {
        assertThat(EnvironmentCheck.problem(KNOWN, Set.of(variable, "PATH")))
                .hasValue("unknown environment variables: " + variable + " (did you mean " + meant
                        + "?); docs/configuration.md lists the known ones");
    }

    @Test
    void allUnknownVariablesAreReportedInOneLine() {
        assertThat(EnvironmentCheck.problem(KNOWN, Set.of("XG2G_SOMETHING_ELSE", "XG2G_PROFILES_TYPO", "HOME")))
                .hasValue("unknown environment variables: XG2G_PROFILES_TYPO, XG2G_SOMETHING_ELSE;"
                        + " docs/configuration.md lists the known ones");
    }

    @Test
    void aNameOfOneWordMayHaveSingleUnderscores() {
        assertThat(EnvironmentCheck.problem(KNOWN, Set.of("XG2G_PROFILES_4K_HEIGHT", "XG2GX")))
                .isEmpty();
    }
}
