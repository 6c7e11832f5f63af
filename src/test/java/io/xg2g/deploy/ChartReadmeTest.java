package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.deploy.ChartReadme.Row;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Test that the README of the chart has its values. */
class ChartReadmeTest {
    @Test
    void theReadmeIsUpToDate() throws IOException {
        String expected = ChartReadme.with(
                ChartReadme.rows(Files.readString(Chart.DIRECTORY.resolve("values.yaml"))));
        if (Boolean.getBoolean("xg2g.docs.write")) {
            Files.writeString(ChartReadme.FILE, expected);
        }
        assertThat(Files.readString(ChartReadme.FILE))
                .as("%s is not what values.yaml says: run `make docs`", ChartReadme.FILE)
                .isEqualTo(expected);
    }

    @Test
    void aValueHasItsCommentWithoutExamplesAndItsDefault() {
        assertThat(ChartReadme.rows("""
                        # About the file.

                        # How many,
                        # or none.
                        replicas: 1
                        # The group.
                        data:
                          # Where; for instance:
                          #   - here
                          modes: [a, b]
                          size: ""
                        # Properties.
                        config:
                          xg2g.a: b
                        """))
                .containsExactly(
                        new Row("replicas", "1", "How many, or none."),
                        new Row("data", "", "The group."),
                        new Row("data.modes", "[\"a\",\"b\"]", "Where; for instance:"),
                        new Row("data.size", "\"\"", ""),
                        new Row("config", "{\"xg2g.a\":\"b\"}", "Properties."));
    }
}
