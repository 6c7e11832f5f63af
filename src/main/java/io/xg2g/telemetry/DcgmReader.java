package io.xg2g.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import io.xg2g.config.ByteOrderMark;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reader of a DCGM export (CSV, RFC 4180), row by row. A row is one line, so that a stray quotation mark affects no other row;
 * an invalid row is returned with its line number and reason, and reading continues. Not thread-safe.
 */
final class DcgmReader implements AutoCloseable {
    /** Columns of an export, in any order. */
    static final List<String> COLUMNS = List.of(
            "timestamp",
            "metric_name",
            "gpu_id",
            "device",
            "uuid",
            "modelName",
            "Hostname",
            "container",
            "pod",
            "namespace",
            "value",
            "labels_raw");

    private static final ObjectReader CSV = new CsvMapper().readerFor(String[].class);

    private static final Pattern UUID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,127}");
    private static final Pattern METRIC = Pattern.compile("[A-Za-z_:][A-Za-z0-9_:]{0,127}");
    private static final Pattern PRINTABLE = Pattern.compile("[^\\p{Cntrl}]{0,128}");
    private static final Pattern NUMBER = Pattern.compile("[-+]?+(\\d++\\.?+\\d*+|\\.\\d++)([eE][-+]?+\\d++)?+");
    private static final int MAX_NUMBER = 64;

    /** Result of reading a row. */
    sealed interface Entry {
        record Row(DcgmRow row) implements Entry {}

        /**
         * Invalid row.
         *
         * @param line line number; the header is line 1
         */
        record Bad(long line, String reason) implements Entry {}

        record End() implements Entry {}
    }

    private final LineReader lines;
    private final Map<String, Integer> places;

    /**
     * Reads the header, and takes ownership of the stream.
     *
     * @throws io.xg2g.problem.ProblemException if the header is missing or its columns are wrong
     */
    DcgmReader(InputStream in) throws IOException {
        this.lines = new LineReader(in);
        try {
            this.places = header(lines.next());
        } catch (IOException | RuntimeException unusable) {
            in.close();
            throw unusable;
        }
    }

    /** Reads the next row. */
    Entry next() throws IOException {
        while (true) {
            switch (lines.next()) {
                case LineReader.Line.End _ -> {
                    return new Entry.End();
                }
                case LineReader.Line.Bad(String reason) -> {
                    return new Entry.Bad(lines.number(), reason);
                }
                case LineReader.Line.Text(String text) -> {
                    if (!text.isEmpty()) {
                        return entry(text);
                    }
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    private static Map<String, Integer> header(LineReader.Line line) {
        String text = line instanceof LineReader.Line.Text(String header) ? header : "";
        List<String> names;
        try {
            names = split(ByteOrderMark.removedFrom(text));
        } catch (BadRow malformed) {
            names = List.of();
        }
        List<String> found = names;
        List<String> missing =
                COLUMNS.stream().filter(name -> !found.contains(name)).toList();
        if (!missing.isEmpty()) {
            throw refused("lacks " + String.join(", ", missing));
        }
        List<String> extra = new ArrayList<>(found);
        COLUMNS.forEach(extra::remove);
        if (!extra.isEmpty()) {
            throw refused("has " + extra.stream().map(DcgmReader::shortened).collect(Collectors.joining(", "))
                    + " in addition");
        }
        return IntStream.range(0, found.size()).boxed().collect(Collectors.toUnmodifiableMap(found::get, i -> i));
    }

    private static RuntimeException refused(String how) {
        return TelemetryQuery.invalid("the first line of a DCGM export lists its columns: " + String.join(", ", COLUMNS)
                + "; this one " + how);
    }

    private Entry entry(String line) {
        try {
            return new Entry.Row(row(split(line)));
        } catch (BadRow bad) {
            return new Entry.Bad(lines.number(), bad.reason);
        }
    }

    private DcgmRow row(List<String> fields) throws BadRow {
        if (fields.size() != COLUMNS.size()) {
            throw new BadRow("the row has " + fields.size() + " fields; the header has " + COLUMNS.size());
        }
        return new DcgmRow(
                time(field(fields, "timestamp")),
                matching(METRIC, fields, "metric_name"),
                matching(UUID, fields, "uuid"),
                matching(PRINTABLE, fields, "modelName"),
                matching(PRINTABLE, fields, "Hostname"),
                number(field(fields, "value")));
    }

    private String field(List<String> fields, String column) {
        return fields.get(places.getOrDefault(column, 0));
    }

    private String matching(Pattern allowed, List<String> fields, String column) throws BadRow {
        String text = field(fields, column);
        if (!allowed.matcher(text).matches()) {
            throw new BadRow(column + " is not allowed: " + shortened(text));
        }
        return text;
    }

    private static Instant time(String text) throws BadRow {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (PointTime.fits(time)) {
                return time;
            }
        } catch (DateTimeException malformed) {
            // Reported below.
        }
        throw new BadRow("timestamp is not an RFC 3339 time from 1700 to 2199: " + shortened(text));
    }

    private static double number(String text) throws BadRow {
        if (text.length() <= MAX_NUMBER && NUMBER.matcher(text).matches()) {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        }
        throw new BadRow("value is not a number: " + shortened(text));
    }

    private static List<String> split(String line) throws BadRow {
        try {
            return line.isEmpty() ? List.of() : Arrays.asList(CSV.<String[]>readValue(line));
        } catch (JsonProcessingException malformed) {
            throw new BadRow("the row is not CSV: " + malformed.getOriginalMessage());
        }
    }

    private static String shortened(String text) {
        String plain = text.replaceAll("\\p{Cntrl}", "?");
        return plain.isEmpty() ? "(empty)" : plain.length() <= 40 ? plain : plain.substring(0, 40) + "…";
    }

    /** Reason why a row is invalid; caught in this class. */
    private static final class BadRow extends Exception {
        private static final long serialVersionUID = 1;

        private final String reason;

        private BadRow(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }
    }
}
