package io.xg2g.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.problem.ProblemException;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DcgmReaderTest {
    private static final String ROW =
            "2025-07-18T20:42:34Z,DCGM_FI_DEV_GPU_UTIL,0,nvidia0,GPU-5fd4,NVIDIA H100 80GB HBM3,dgx-031,,,,97.5,"
                    + "\"DCGM_FI_DRIVER_VERSION=\"\"535.129.03\"\",Hostname=\"\"dgx-031\"\"\"";

    @Test
    void aRowIsReadWithCommasAndQuotationMarksInItsLabels() throws IOException {
        assertThat(read(DcgmCsv.HEADER + "\n" + ROW + "\n"))
                .containsExactly(new DcgmReader.Entry.Row(new DcgmRow(
                        Instant.parse("2025-07-18T20:42:34Z"),
                        "DCGM_FI_DEV_GPU_UTIL",
                        "GPU-5fd4",
                        "NVIDIA H100 80GB HBM3",
                        "dgx-031",
                        97.5)));
    }

    @Test
    void aByteOrderMarkCrlfAndEmptyLinesAreAccepted() throws IOException {
        assertThat(read("\uFEFF" + DcgmCsv.HEADER + "\r\n" + ROW + "\r\n\r\n" + ROW))
                .hasSize(2)
                .allMatch(entry -> entry instanceof DcgmReader.Entry.Row);
    }

    @Test
    void columnsMayBeInAnyOrder() throws IOException {
        List<String> turned = new ArrayList<>(DcgmReader.COLUMNS);
        Collections.reverse(turned);
        String text = String.join(",", turned)
                + "\nlabels,1,ns,pod,container,host,H100,GPU-1,nvidia0,0,DCGM_FI_DEV_GPU_UTIL,2025-07-18T20:42:34Z";
        assertThat(read(text)).singleElement().isInstanceOf(DcgmReader.Entry.Row.class);
    }

    @Test
    void missingColumnsAreRefusedWithTheirNames() {
        assertThatThrownBy(() -> read(DcgmCsv.HEADER.replace("uuid,", "").replace(",value", "") + "\n"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("lacks uuid, value");
        assertThatThrownBy(() -> read("")).isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> read(ROW)).isInstanceOf(ProblemException.class);
    }

    @Test
    void unknownColumnsAreRefusedWithTheirNames() {
        assertThatThrownBy(() -> read(DcgmCsv.HEADER + ",colour\n"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("has colour in addition");
        assertThatThrownBy(() -> read(DcgmCsv.HEADER + ",uuid\n"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("has uuid in addition");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "2025-07-18T20:42:34Z         | yesterday     | timestamp is not",
                "2025-07-18T20:42:34Z         | 9999-01-01T00:00:00Z | timestamp is not",
                "DCGM_FI_DEV_GPU_UTIL         | a metric      | metric_name is not allowed: a metric",
                "GPU-5fd4                     | ``            | uuid is not allowed: (empty)",
                "GPU-5fd4                     | ../x          | uuid is not allowed",
                "97.5                         | N/A           | value is not a number: N/A",
                "97.5                         | NaN           | value is not a number",
                "97.5                         | 1e999         | value is not a number",
                "97.5                         | 0x1p3         | value is not a number",
                "nvidia0                      | a,b           | 13 fields",
                "\"DCGM_FI                    | \"\"DCGM_FI   | not CSV",
            })
    void aBadRowIsReportedWithItsLineAndTheOthersAreRead(String part, String instead, String reason)
            throws IOException {
        String bad = ROW.replace(part.strip(), instead.strip());
        assertThat(bad).isNotEqualTo(ROW);
        List<DcgmReader.Entry> entries = read(String.join("\n", DcgmCsv.HEADER, ROW, bad, ROW));
        assertThat(entries).hasSize(3);
        assertThat(entries.get(1)).isInstanceOfSatisfying(DcgmReader.Entry.Bad.class, said -> {
            assertThat(said.line()).isEqualTo(3);
            assertThat(said.reason()).contains(reason.strip());
        });
        assertThat(entries.get(2)).isInstanceOf(DcgmReader.Entry.Row.class);
    }

    @Test
    void aStrayQuotationMarkAffectsOnlyItsOwnRow() throws IOException {
        String stray = ROW.substring(0, ROW.length() - 1);
        List<DcgmReader.Entry> entries = read(String.join("\n", DcgmCsv.HEADER, stray, ROW, ROW));
        assertThat(entries)
                .extracting(entry -> entry.getClass().getSimpleName())
                .containsExactly("Bad", "Row", "Row");
    }

    @Test
    void theLengthOfALineIsBounded() throws IOException {
        InputStream endless = new InputStream() {
            private final byte[] begin = (DcgmCsv.HEADER + "\n").getBytes(StandardCharsets.US_ASCII);
            private final byte[] end = ("\n" + ROW).getBytes(StandardCharsets.US_ASCII);
            private static final long WIDE = 1L << 26;
            private long at;

            @Override
            public int read() {
                long place = at++;
                if (place < begin.length) {
                    return begin[(int) place];
                }
                if (place < begin.length + WIDE) {
                    return 'x';
                }
                long last = place - begin.length - WIDE;
                return last < end.length ? end[(int) last] : -1;
            }
        };
        try (DcgmReader reader = new DcgmReader(endless)) {
            assertThat(reader.next())
                    .isInstanceOfSatisfying(
                            DcgmReader.Entry.Bad.class,
                            bad -> assertThat(bad.reason()).contains("65536"));
            assertThat(reader.next()).isInstanceOf(DcgmReader.Entry.Row.class);
            assertThat(reader.next()).isInstanceOf(DcgmReader.Entry.End.class);
        }
    }

    @RandomTest
    void damagedRowsAreCountedAndTheOthersAreRead(RandomInput input) throws IOException {
        for (int i = 0; i < 5; i++) {
            assertOtherRowsAreRead(input);
        }
    }

    private static void assertOtherRowsAreRead(RandomInput input) throws IOException {
        // Given
        byte[][] lines = IntStream.range(0, 20)
                .mapToObj(_ -> ROW.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        boolean[] damaged = new boolean[lines.length];
        for (int damages = input.between(1, 20); damages > 0; damages--) {
            int line = input.between(0, lines.length - 1);
            damaged[line] = true;
            // Any character except a line end, which would split the row.
            byte garbage = input.bytesOf(1)[0];
            lines[line][input.between(0, lines[line].length - 1)] = garbage == '\n' ? (byte) '"' : garbage;
        }
        List<byte[]> text = new ArrayList<>(List.of(DcgmCsv.HEADER.getBytes(StandardCharsets.UTF_8)));
        Collections.addAll(text, lines);

        // When
        List<DcgmReader.Entry> entries = read(joined(text));

        // Then
        assertThat(entries).hasSize(lines.length);
        for (int i = 0; i < lines.length; i++) {
            if (!damaged[i]) {
                assertThat(entries.get(i)).isInstanceOf(DcgmReader.Entry.Row.class);
            } else if (entries.get(i) instanceof DcgmReader.Entry.Bad bad) {
                assertThat(bad.line()).isEqualTo(i + 2);
            }
        }
    }

    @RandomTest
    void anyBytesAreReadToTheirEnd(RandomInput input) throws IOException {
        byte[] header = DcgmCsv.HEADER.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 10; i++) {
            assertThat(read(joined(List.of(header, input.bytes(255)))))
                    .allMatch(entry -> entry instanceof DcgmReader.Entry.Bad);
        }
    }

    private static byte[] joined(List<byte[]> lines) {
        return lines.stream()
                .map(line -> new String(line, StandardCharsets.ISO_8859_1))
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<DcgmReader.Entry> read(String text) throws IOException {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<DcgmReader.Entry> read(byte[] bytes) throws IOException {
        List<DcgmReader.Entry> entries = new ArrayList<>();
        try (DcgmReader reader = new DcgmReader(new ByteArrayInputStream(bytes))) {
            for (DcgmReader.Entry entry = reader.next();
                    !(entry instanceof DcgmReader.Entry.End);
                    entry = reader.next()) {
                entries.add(entry);
            }
        }
        return entries;
    }
}
