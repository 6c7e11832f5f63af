package io.xg2g.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProgressParserTest {
    private final ProgressParser parser = new ProgressParser();

    @Test
    void aReportEndsWithTheKeyProgress() {
        assertThat(parser.line("frame=42")).isEmpty();
        assertThat(parser.line("out_time_us=1680000")).isEmpty();
        assertThat(parser.line("out_time_ms=1680000")).isEmpty();
        assertThat(parser.line("total_size=     1000")).isEmpty();
        assertThat(parser.line("speed=1.2x")).isEmpty();

        assertThat(parser.line("progress=continue")).contains(new Progress(1, 42, 1_680_000, 1000, false));
        assertThat(parser.line("progress=end")).contains(new Progress(2, 42, 1_680_000, 1000, true));
    }

    @Test
    void unknownValuesAreZero() {
        List.of("frame=0", "out_time_us=N/A", "total_size=N/A").forEach(parser::line);

        assertThat(parser.line("progress=continue")).contains(new Progress(1, 0, 0, 0, false));
    }

    @Test
    void negativeAndMalformedTimesAreSkipped() {
        List.of("frame=7", "frame=-1", "frame=x", "frame=", "frame=99999999999999999999", "=", "")
                .forEach(parser::line);

        assertThat(parser.line("progress=continue").map(Progress::frames)).contains(7L);
    }

    @RandomTest
    void anyInputIsParsed(RandomInput input) {
        List<String> keys = List.of("", "frame=", "out_time_us=", "total_size=", "progress=");
        for (String line : input.list(20, () -> input.of(keys) + input.text(40))) {
            Optional<Progress> report = parser.line(line);
            assertThat(report.map(Progress::frames).orElse(0L)).isNotNegative();
        }
    }

    /** Else the start watchdog would end a process whose first report is that nothing is encoded yet. */
    @Test
    void aFirstReportOfZerosIsNotNone() {
        assertThat(parser.line("progress=continue")).isPresent().get().isNotEqualTo(Progress.NONE);
    }
}
