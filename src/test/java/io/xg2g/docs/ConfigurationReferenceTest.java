package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.xg2g.docs.ConfigurationReference.Group;
import io.xg2g.docs.ConfigurationReference.Property;
import io.xg2g.docs.ConfigurationReference.Section;
import io.xg2g.docs.sample.SampleConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Test that the generated reference is up to date, and that the generator reads sources as SmallRye Config does. */
class ConfigurationReferenceTest {

    private static final Path REFERENCE = Path.of("docs/configuration.md");
    private static final Path SAMPLE = Path.of("src/test/java/io/xg2g/docs/sample");

    @Test
    void theReferenceIsUpToDate() throws IOException {
        String expected = ConfigurationSources.read(Path.of("src/main/java")).toMarkdown();
        if (Boolean.getBoolean("xg2g.docs.write")) {
            Files.writeString(REFERENCE, expected);
        }
        assertThat(REFERENCE).exists();
        assertThat(Files.readString(REFERENCE))
                .as("%s is not what the sources say: run `make docs`", REFERENCE)
                .isEqualTo(expected);
    }

    @Test
    void propertiesAreDescribedCompletely() throws IOException {
        Section sample = sample();
        assertThat(sample.prefix()).isEqualTo("sample");
        assertThat(sample.meaning()).isEqualTo("Properties of a sample.");
        assertThat(sample.groups())
                .containsExactly(
                        new Group("sample.things.\"name\"", "Things by name."),
                        new Group("sample.rows[0]", "Rows in order."));
        assertThat(sample.properties())
                .containsExactly(
                        new Property("sample.name", "SAMPLE_NAME", "`a name`", "text", "What it is called."),
                        new Property(
                                "sample.max-wait",
                                "SAMPLE_MAX_WAIT",
                                "`30s`",
                                "duration",
                                "How long to wait; `0s` is &lt; any. See `SLOW_ONE`."),
                        new Property("sample.count", "SAMPLE_COUNT", "`4`", "whole number", "The number. From 1 to 9."),
                        new Property(
                                "sample.kind", "SAMPLE_KIND", "none", "`fast`, `slow-one`", "Which kind, or | none."),
                        new Property(
                                "sample.kinds",
                                "SAMPLE_KINDS",
                                "`fast,slow-one`",
                                "list of `fast`, `slow-one`",
                                "Several kinds."),
                        new Property("sample.directory", "SAMPLE_DIRECTORY", "none", "path", "Where."),
                        new Property(
                                "sample.inner.per-ip-port",
                                "SAMPLE_INNER_PER_IP_PORT",
                                "none",
                                "whole number",
                                "Port of the inner part, 1 to 65535."),
                        new Property(
                                "sample.things.\"name\".height",
                                "SAMPLE_THINGS__NAME__HEIGHT",
                                "`720`",
                                "whole number",
                                "Height in pixels."),
                        new Property(
                                "sample.labels.\"name\"", "SAMPLE_LABELS__NAME__", "none", "text", "Labels by name."),
                        new Property(
                                "sample.rows[0].width", "SAMPLE_ROWS_0__WIDTH", "none", "number", "Width of a row."),
                        new Property(
                                "sample.is-flat",
                                "SAMPLE_IS_FLAT",
                                "`true`",
                                "`true`, `false`",
                                "Whether it is flat."));
    }

    @Test
    void namesEqualThoseOfSmallRyeConfig() throws IOException {
        Set<String> names = new HashSet<>(ConfigMappings.getProperties(ConfigClass.configClass(SampleConfig.class))
                .keySet());
        names.remove("sample.kinds[*]"); // the other way to write the list sample.kinds
        assertThat(sample().properties())
                .extracting(property -> property.name().replace("\"name\"", "*").replace("[0]", "[*]"))
                .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void aBarInTheTextDoesNotBreakTheTable() throws IOException {
        assertThat(new ConfigurationReference(List.of(sample())).toMarkdown())
                .contains("| `sample.kind`<br>`SAMPLE_KIND` | none | `fast`, `slow-one` | Which kind, or \\| none. |");
    }

    @Test
    void aPropertyWithoutDescriptionIsRefused(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("Bare.java"), """
                package bare;
                /** Described. */
                @ConfigMapping(prefix = "bare")
                interface Bare {
                    int size();
                }
                """);
        assertThatThrownBy(() -> ConfigurationSources.read(directory)).hasMessage("bare.Bare.size has no Javadoc");
    }

    @Test
    void aRequiredPropertyIsMarked(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("Strict.java"), """
                package strict;
                /** Described. */
                @ConfigMapping(prefix = "strict")
                interface Strict {
                    /** Its size. */
                    int size();
                }
                """);
        assertThat(ConfigurationSources.read(directory).sections().getFirst().properties())
                .extracting(Property::defaultValue)
                .containsExactly("none, must be set");
    }

    private static Section sample() throws IOException {
        return ConfigurationSources.read(SAMPLE).sections().getFirst();
    }
}
