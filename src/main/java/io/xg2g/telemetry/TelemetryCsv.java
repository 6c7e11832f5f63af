package io.xg2g.telemetry;

import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Streaming CSV writer (RFC 4180) of points, in constant memory. Quotes only the fields that require it. */
final class TelemetryCsv {
    /** Rows read from the repository at once. */
    private static final int BATCH = 1000;

    /** Without this feature, every text of more than 24 characters is quoted. */
    private static final CsvMapper MAPPER = CsvMapper.csvBuilder()
            .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
            .build();

    private static final List<String> POINT = List.of("time", "metric", "gpu", "host", "origin", "value");
    private static final List<String> STEP =
            List.of("time", "metric", "gpu", "host", "origin", "min", "mean", "max", "count");

    private TelemetryCsv() {}

    /** Writes the header and all rows of a selection. */
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
        Aggregate aggregate = row.aggregate();
        List<Object> fields = new ArrayList<>(List.of(
                PointTime.instant(aggregate.nanos()).toString(),
                series.metric(),
                series.gpu(),
                series.host(),
                series.origin().label()));
        fields.addAll(
                steps
                        ? List.of(aggregate.min(), aggregate.mean(), aggregate.max(), aggregate.count())
                        : List.of(aggregate.mean()));
        return fields;
    }
}
