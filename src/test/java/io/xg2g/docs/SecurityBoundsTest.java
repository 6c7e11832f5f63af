package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.docs.ConfigurationReference.Property;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Test that the bounds in SECURITY.md are those of the program. */
class SecurityBoundsTest {
    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern CONFIGURED =
            Pattern.compile("(?m)^\\| [^|]+ \\| (?<value>`[^`]+`) \\| `(?<key>(?:xg2g|quarkus)[.][^`]+)` \\|$");

    @Test
    void configuredBoundsAreTheDefaults() throws IOException {
        Map<String, String> defaults = defaults();
        Map<String, String> documented = new TreeMap<>();
        Matcher rows = CONFIGURED.matcher(security());
        while (rows.find()) {
            documented.put(rows.group("key"), rows.group("value"));
        }

        assertThat(documented).hasSizeGreaterThan(20);
        assertThat(documented)
                .allSatisfy((key, value) -> assertThat(defaults).as(key).containsEntry(key, value));
    }

    private static Map<String, String> defaults() throws IOException {
        Map<String, String> defaults = ConfigurationSources.read(SOURCES).sections().stream()
                .flatMap(section -> section.properties().stream())
                .collect(Collectors.toMap(Property::name, Property::defaultValue));
        Properties shipped = new Properties();
        try (InputStream in = Files.newInputStream(Path.of("src/main/resources/application.properties"))) {
            shipped.load(in);
        }
        shipped.stringPropertyNames().forEach(name -> defaults.put(name, "`" + shipped.getProperty(name) + "`"));
        return defaults;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "size of an image of a camera | 8 MB; FrameReader; MAX_BYTES = 8 << 20",
                "size of a body that is no media | 1 MB; BodyLimits; MOST_BYTES = 1L << 20",
                "a media body, on the whole | 16 KiB; BodySpool; MIN_RATE = 16 * 1024",
                "the limits remember | 20,000; Admissions; REMEMBERED = 20_000",
                "connections to the management port | 64; Connections; MAX_MANAGEMENT = 64",
                "connections to the management port | 64 in all, 16 of one address; Connections; MAX_MANAGEMENT_PER_ADDRESS = 16",
                "a longer one is cut out | 60 s; CommandLine; MAX_GAP_SECONDS = 60",
                "playing time of media | 24 h; PlayingTime; LONGEST = Duration.ofDays(1)",
                "each second that it plays | 16; PlayingTime; MIN_BYTES_PER_SECOND = 16",
                "pixels of a frame | 8192x4320; Decoders; MAX_PIXELS = 8192 * 4320",
                "added by the API | 1000; ChannelCatalog; MAX_ADDED = 1000",
                "a viewer of a continuous stream | 16 MB; ViewerMemory; MAX_BYTES = 16L << 20",
                "takes none for 30 s is cut off | 32 KiB; FlowControlledOutput; PIECE = 32 * 1024",
                "takes none for 30 s is cut off | 32 KiB; FlowControlledOutput; WRITE_TIMEOUT = Duration.ofSeconds(30)",
                "redirects of a source | 5; SourceClient; MAX_REDIRECTS = 5",
                "a source's playlist | 1 MB; HlsPlaylist; MAX_BYTES = 1 << 20",
                "a source's playlist | 16,384; HlsPlaylist; MAX_REFERENCES = 16_384",
                "response of a receiver | 8 MB; OpenWebIf; MAX_BYTES = 8L << 20",
                "labels of metrics | 200; ServerMeters; MAX_PATHS = 200",
                "refusals in the audit log | 50; Audit; MAX_REFUSALS = 50",
                "lines a minute of one kind of error in the log | 10; ErrorLimit; MAX_LINES = 10",
                "requests a second that a source may cause | 50; RequestBudget; RATE = 50",
                "requests at once that a source may cause | 200; RequestBudget; BURST = 200",
                "list tokens of one holder | 50; ListTokens; MAX_PER_OWNER = 50",
                "list tokens | 1000; ListTokens; MAX = 1000"
            },
            quoteCharacter = '"')
    void fixedBoundsAreThoseOfTheSources(String row, String type, String constant) throws IOException {
        assertThat(security()).contains(row);
        assertThat(source(type)).contains(constant + ";");
    }

    private static String source(String type) throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            Path file = files.filter(path -> path.endsWith(type + ".java"))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("no " + type + ".java"));
            return Files.readString(file);
        }
    }

    private static String security() throws IOException {
        return Files.readString(Path.of("SECURITY.md"));
    }
}
