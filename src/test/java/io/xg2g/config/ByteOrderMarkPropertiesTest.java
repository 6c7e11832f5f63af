package io.xg2g.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteOrderMarkPropertiesTest {
    private static final String SIZE = "xg2g.gpu.queue.size";

    /** With the ordinal of the operator's file. */
    private static final int FILE = 260;

    @TempDir
    Path directory;

    @Test
    void theFirstPropertyBehindAMarkIsFound() throws IOException {
        SmallRyeConfig config = config(FILE, ByteOrderMark.TEXT + SIZE + "=7\nxg2g.role=all\n");

        assertThat(config.getValue(SIZE, int.class)).isEqualTo(7);
        assertThat(config.getValue("xg2g.role", String.class)).isEqualTo("all");
        assertThat(names(config)).contains(SIZE).noneMatch(name -> name.startsWith(ByteOrderMark.TEXT));
        assertThat(config.getConfigValue(SIZE).getName()).isEqualTo(SIZE);
    }

    @Test
    void theFirstPropertyOfAProfileIsFound() throws IOException {
        assertThat(config(FILE, ByteOrderMark.TEXT + "%prod." + SIZE + "=7\n").getValue(SIZE, int.class))
                .isEqualTo(7);
    }

    @Test
    void thePrecedenceOfSourcesIsTheSameAsWithoutAMark() throws IOException {
        assertThat(config(FILE, ByteOrderMark.TEXT + SIZE + "=7\n", Map.of(SIZE, "9"), 300)
                        .getValue(SIZE, int.class))
                .isEqualTo(9);
        assertThat(config(FILE, ByteOrderMark.TEXT + SIZE + "=7\n", Map.of(SIZE, "9"), 250)
                        .getValue(SIZE, int.class))
                .isEqualTo(7);
    }

    @ParameterizedTest
    @ValueSource(strings = {"# a comment", "! a comment", ""})
    void aMarkWithoutAPropertyAddsNone(String line) throws IOException {
        assertThat(names(config(FILE, ByteOrderMark.TEXT + line + "\n" + SIZE + "=7\n")))
                .contains(SIZE)
                .noneMatch(name -> name.startsWith(ByteOrderMark.TEXT) || name.matches("|[#!].*"));
    }

    private static List<String> names(SmallRyeConfig config) {
        List<String> names = new ArrayList<>();
        config.getPropertyNames().forEach(names::add);
        return names;
    }

    private SmallRyeConfig config(int ordinal, String text) throws IOException {
        return config(ordinal, text, Map.of(), 100);
    }

    private SmallRyeConfig config(int ordinal, String text, Map<String, String> others, int ordinalOfOthers)
            throws IOException {
        Path file = Files.writeString(directory.resolve("application.properties"), text);
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withInterceptors(new ByteOrderMarkedNames())
                .withProfile("prod")
                .withSources(
                        new PropertiesConfigSource(file.toUri().toURL(), ordinal),
                        new PropertiesConfigSource(others, "others", ordinalOfOthers))
                .build();
    }
}
