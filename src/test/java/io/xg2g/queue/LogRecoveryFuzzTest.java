package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.code_intelligence.jazzer.mutation.annotation.NotNull;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A queue is opened on any bytes. Their checksums are put right in half of the inputs, since no fuzzer finds them. */
class LogRecoveryFuzzTest {

    static Stream<byte[]> seeds() throws IOException {
        DamagedLog log = new DamagedLog(DamagedLog.SEGMENT_BYTES / 4);
        byte[] file = log.copy().content(log.files().getFirst());
        byte[] corrected = new byte[file.length + 1];
        corrected[0] = 1;
        System.arraycopy(file, 0, corrected, 1, file.length);
        byte[] types = corrected.clone();
        for (int type = 0; type < 5; type++) {
            ByteBuffer.wrap(types, 1, file.length).slice().put(SegmentHeader.BYTES + 48 * type + 12, (byte) (type + 1));
        }
        byte[] extreme = corrected.clone();
        Arrays.fill(extreme, 1 + 16, extreme.length, (byte) 0x7F);
        return Stream.of(new byte[0], file, corrected, types, extreme);
    }

    @MethodSource("seeds")
    @FuzzTest
    void anyBytesAreOpenedOrRefused(byte @NotNull [] input) throws IOException {
        byte[] content = Arrays.copyOfRange(input, Math.min(1, input.length), input.length);
        int split = content.length / 2 / RecordHeader.ALIGNMENT * RecordHeader.ALIGNMENT;
        byte[] first = Arrays.copyOf(content, split);
        byte[] second = Arrays.copyOfRange(content, split, content.length);
        if (input.length > 0 && (input[0] & 1) != 0) {
            correct(first, 1);
            correct(second, 2);
        }
        SimulatedDisk disk = new SimulatedDisk();
        disk.put(Segment.name(1), first);
        disk.put(Segment.name(2), second);
        try (HybridQueue<byte[]> queue = DamagedLog.open(disk, QueueListener.NONE)) {
            assertThat(queue.recovery().items()).isLessThanOrEqualTo(content.length / RecordHeader.BYTES);
            while (queue.poll().isPresent()) {}
            queue.add(new byte[10]);
            queue.compact();
        } catch (QueueException.Failed refused) {
            assertThat(refused).hasMessageContaining("version");
        }
        assertThat(disk.open()).isZero();
    }

    /** Makes the checksums of a file right: of its header, and of each place that has the type of a record. */
    private static void correct(byte[] file, long id) {
        ByteBuffer bytes = ByteBuffer.wrap(file);
        if (file.length < SegmentHeader.BYTES) {
            return;
        }
        bytes.put(0, new SegmentHeader(9, id, bytes.getLong(32), bytes.getLong(40), 0).bytes());
        for (int at = SegmentHeader.BYTES; at + RecordHeader.BYTES <= file.length; at += RecordHeader.ALIGNMENT) {
            RecordHeader header = RecordHeader.read(file, at);
            if (header.type() >= RecordHeader.ITEM && header.type() <= RecordHeader.SEAL) {
                int left = file.length - at - RecordHeader.BYTES;
                int crc = header.stored() >= 0 && header.stored() <= left
                        ? RecordHeader.crc(file, at + RecordHeader.BYTES, header.stored())
                        : header.payloadCrc();
                new RecordHeader(
                                header.type(),
                                header.stored(),
                                crc,
                                header.compressed(),
                                header.level(),
                                header.sequence(),
                                header.time(),
                                header.expiry(),
                                header.deliveries(),
                                header.length())
                        .write(file, at, id, at);
            }
        }
    }
}
