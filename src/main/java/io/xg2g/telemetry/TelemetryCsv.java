package io.xg2g.telemetry;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes points as CSV, RFC 4180, however many they are. Quoted is only what has to be. */
final class TelemetryCsv {
    /** How many rows are taken from the repository at once. */
    private static final int BATCH = 1000;

    /** Without that, every text of more than 24 characters is quoted. */
    private static final CsvMapper MAPPER = CsvMapper.csvBuilder()
            .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
            .build();

    private static final List<String> POINT = List.of("time", "metric", "gpu", "host", "origin", "value");
    private static final List<String> STEP =
            List.of("time", "metric", "gpu", "host", "origin", "min", "mean", "max", "count");

    private TelemetryCsv() {}

    /** Writes a header and every row of the selection. */
    static void write(Selection selection, TelemetryRepository repository, OutputStream out) throws IOException {
        boolean steps = selection.step() > 0;
        try (SequenceWriter csv = MAPPER.writer().writeValues(out)) {
            csv.write(steps ? STEP : POINT);
            Selection.@Nullable Position last = null;
            List<Row> rows;
            do {
                rows = repository.read(selection, last, BATCH);
                for (Row row : rows) {
                    csv.write(fields(row, steps));
                    last = Selection.Position.of(row);
                }
            } while (rows.size() == BATCH);
        }
    }

    private static List<Object> fields(Row row, boolean steps) {
        SeriesKey series = row.series();
        Aggregate reading = row.reading();
        List<Object> fields = new ArrayList<>(List.of(
                PointTime.instant(reading.nanos()).toString(),
                series.metric(),
                series.gpu(),
                series.host(),
                series.origin().label()));
        fields.addAll(
                steps
                        ? List.of(reading.min(), reading.mean(), reading.max(), reading.count())
                        : List.of(reading.mean()));
        return fields;
    }
}
