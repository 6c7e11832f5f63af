package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.docs.ConfigurationReference.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Test that every key in the examples exists. */
class ConfigurationExampleTest {
    private static final Pattern KEY = Pattern.compile("(?m)^#?(xg2g\\.[^=\\s]+)=");

    @ParameterizedTest
    @ValueSource(strings = {"config.example.properties", "deploy/deb/application.properties"})
    void exampleKeysExistInTheReference(String file) throws IOException {
        Set<String> keys = KEY.matcher(Files.readString(Path.of(file)))
                .results()
                .map(key -> key.group(1))
                .collect(Collectors.toSet());
        List<Pattern> known = known();

        assertThat(keys)
                .isNotEmpty()
                .allMatch(key ->
                        known.stream().anyMatch(pattern -> pattern.matcher(key).matches()));
    }

    /** Patterns of the names in the reference, with any name in place of {@code "name"}. */
    private static List<Pattern> known() throws IOException {
        return ConfigurationSources.read(Path.of("src/main/java")).sections().stream()
                .flatMap(section -> section.properties().stream())
                .map(Property::name)
                .map(name -> Pattern.compile(Pattern.quote(name).replace("\"name\"", "\\E[a-z0-9-]+\\Q")))
                .toList();
    }
}
