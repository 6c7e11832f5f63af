package io.xg2g.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TelemetryCsvTest {
    private static final Instant TIME = Instant.parse("2026-01-31T12:00:00Z");

    private final TelemetryRepository repository = TestTelemetryConfig.DEFAULT.repository();

    @Test
    void pointsAreLinesUnderAHeader() throws IOException {
        store("x", 0, 1.5);
        store("x", 5, 2);
        assertThat(lines(Selection.of("gpu", Set.of())))
                .containsExactly(
                        "time,metric,gpu,host,origin,value",
                        "2026-01-31T12:00:00Z,x,gpu,\"host, the\",live,1.5",
                        "2026-01-31T12:00:05Z,x,gpu,\"host, the\",live,2.0");
    }

    @Test
    void theOutputEqualsTheDocumentedExample() throws IOException {
        String gpu = "GPU-5d5ba0d6-d33d-2b2c-524d-9e3d8d2b8a77";
        repository.store(new TelemetryPoint(gpu, "", "gpu-1", "encoder_utilization_percent", TIME, 41, Origin.LIVE));

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TelemetryCsv.write(Selection.of(gpu, Set.of()), repository, out);

        assertThat(Files.readString(Path.of("docs/telemetry.md")))
                .contains("```\n" + out.toString(StandardCharsets.UTF_8) + "```");
    }

    /** RFC 4180, section 2, rules 6 and 7. */
    @Test
    void onlyRequiredFieldsAreQuoted() throws IOException {
        for (String host : List.of("a,b", "a\"b", "a\nb", "a\rb")) {
            repository.store(new TelemetryPoint("gpu", "", host, "x", TIME, 1, Origin.LIVE));
        }
        repository.store(new TelemetryPoint("gpu", "", "a;b 'c' " + "d".repeat(40), "x", TIME, 1, Origin.LIVE));

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TelemetryCsv.write(Selection.of("gpu", Set.of()), repository, out);

        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(",\"a,b\",", ",\"a\"\"b\",", ",\"a\nb\",", ",\"a\rb\",", ",a;b 'c' " + "d".repeat(40) + ",");
    }

    @Test
    void stepsHaveTheirOwnColumns() throws IOException {
        store("x", 1, 1);
        store("x", 9, 4);
        Selection steps = new Selection("gpu", Set.of(), null, Long.MIN_VALUE, Long.MAX_VALUE, 10_000_000_000L);
        assertThat(lines(steps))
                .containsExactly(
                        "time,metric,gpu,host,origin,min,mean,max,count",
                        "2026-01-31T12:00:00Z,x,gpu,\"host, the\",live,1.0,2.5,4.0,2");
    }

    @Test
    void severalBatchesAreWrittenCompletely() throws IOException {
        for (int i = 0; i < 2500; i++) {
            store(i % 2 == 0 ? "x" : "y", i / 2, i);
        }
        assertThat(lines(Selection.of("gpu", Set.of()))).hasSize(2501).doesNotHaveDuplicates();
    }

    private void store(String metric, int second, double value) {
        repository.store(
                new TelemetryPoint("gpu", "", "host, the", metric, TIME.plusSeconds(second), value, Origin.LIVE));
    }

    private List<String> lines(Selection selection) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        TelemetryCsv.write(selection, repository, out);
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
