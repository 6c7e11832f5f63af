package io.xg2g.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The bytes in docs/queue-format.md are those that are read and written. */
class QueueFormatTest {
    private static final Pattern LINE = Pattern.compile("(?m)^([0-9a-f]{4})  ((?:[0-9a-f]{2} ?){8})");
    private static final long ADDED = 1_700_000_000_000L;

    private static byte[] documented() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        String document = Files.readString(Path.of("docs/queue-format.md"));
        for (MatchResult line : LINE.matcher(document).results().toList()) {
            assertThat(Integer.parseInt(line.group(1), 16)).isEqualTo(bytes.size());
            bytes.writeBytes(HexFormat.ofDelimiter(" ").parseHex(line.group(2).strip()));
        }
        return bytes.toByteArray();
    }

    @Test
    void theExampleIsReadAsItSays() throws IOException {
        byte[] file = documented();
        SegmentHeader header = SegmentHeader.read("example", file).orElseThrow();
        assertThat(header).isEqualTo(new SegmentHeader(0xbe8ac3e4169eddc8L, 1, 1, 1, ADDED));

        SimulatedDisk disk = new SimulatedDisk();
        disk.put(Segment.name(1), file);
        List<RecordHeader> records = new ArrayList<>();
        SegmentScan scan =
                SegmentScan.run(disk.open(Segment.name(1)), "example", 1, true, (record, _) -> records.add(record));
        assertThat(scan.damage()).isEmpty();
        assertThat(scan.end()).isEqualTo(file.length);
        assertThat(records)
                .containsExactly(
                        new RecordHeader(RecordHeader.ITEM, 5, 0x9a71bb4c, false, 1, 1, ADDED, ADDED + 60_000, 0, 5),
                        RecordHeader.of(RecordHeader.DELIVERED, 1),
                        RecordHeader.of(RecordHeader.ACKNOWLEDGED, 1));
    }

    /** Without the acknowledgement, the item is there. */
    @Test
    void theExampleIsOpened() throws IOException {
        byte[] file = documented();
        SimulatedDisk disk = new SimulatedDisk();
        disk.put(Segment.name(1), Arrays.copyOf(file, file.length - RecordHeader.BYTES));
        ManualClock clock = new ManualClock();
        clock.step(Duration.ofMillis(ADDED - clock.currentTimeMillis()));
        try (HybridQueue<byte[]> queue = new HybridQueue<>(options(clock), Serializer.BYTES, disk, false)) {
            Delivery<byte[]> item = queue.poll().orElseThrow();
            assertThat(new String(item.item(), UTF_8)).isEqualTo("hello");
            assertThat(item.level()).isEqualTo(1);
            assertThat(item.number()).isEqualTo(2);
            assertThat(item.addedAt()).isEqualTo(Instant.ofEpochMilli(ADDED));
        }
    }

    @Test
    void theExampleIsWhatIsWritten() throws IOException {
        byte[] expected = documented();
        SimulatedDisk disk = new SimulatedDisk();
        ManualClock clock = new ManualClock();
        clock.step(Duration.ofMillis(ADDED - clock.currentTimeMillis()));
        try (HybridQueue<byte[]> queue = new HybridQueue<>(options(clock), Serializer.BYTES, disk, false)) {
            queue.add("hello".getBytes(UTF_8), 1, Duration.ofMinutes(1));
            queue.poll().orElseThrow().acknowledge();
        }
        byte[] written = disk.content(Segment.name(1));
        System.arraycopy(expected, 16, written, 16, Long.BYTES);
        System.arraycopy(expected, 60, written, 60, Integer.BYTES);
        assertThat(written).as("but for the random id of the log").isEqualTo(expected);
    }

    private static QueueOptions options(QueueClock clock) {
        return QueueOptions.named("format")
                .with(new QueueOptions.Bounds(2, 10, 100))
                .with(QueueOptions.Storage.in(Path.of("simulated"), Durability.SYNC))
                .with(clock);
    }
}
