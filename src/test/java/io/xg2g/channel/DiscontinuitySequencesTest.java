package io.xg2g.channel;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.storage.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiscontinuitySequencesTest {
    private static final int BLOCK = DiscontinuitySequences.BLOCK;
    private static final int LOW = DiscontinuitySequences.LOW_WATERMARK;

    @TempDir
    Path directory;

    /** Pending background writes. */
    private final Deque<Runnable> queued = new ArrayDeque<>();

    @Test
    void aChannelCountsFromZero() {
        DiscontinuitySequences.Sequence sequence = start().open("tv");

        assertThat(sequence.getAsLong()).isEqualTo(0);
        assertThat(sequence.getAsLong()).isEqualTo(1);
    }

    @Test
    void aRestartedChannelContinuesWithoutAGap() {
        DiscontinuitySequences sequences = start();
        sequences.open("tv").getAsLong();
        sequences.open("radio").getAsLong();

        assertThat(sequences.open("tv").getAsLong()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, LOW, LOW + 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK})
    void noNumberRepeatsAfterACrashAtAnyTime(int taken) {
        DiscontinuitySequences.Sequence before = start().open("tv");
        for (int i = 0; i < taken; i++) {
            before.getAsLong();
            runQueued();
        }

        long next = start().open("tv").getAsLong();

        assertThat(next).isBetween((long) taken, (long) taken + BLOCK);
    }

    @Test
    void numbersThatAreTakenWhileTheFileIsWrittenAreReservedBefore() {
        DiscontinuitySequences.Sequence before = start().open("tv");
        long last = take(before, BLOCK);

        assertThat(queued).hasSize(1);
        assertThat(start().open("tv").getAsLong()).isGreaterThan(last);
    }

    @Test
    void aRestartChangesNothingForChannelsThatDoNotRun() {
        start().open("tv");
        for (int restart = 0; restart < 5; restart++) {
            start().open("radio");
        }

        assertThat(start().open("tv").getAsLong()).isEqualTo(BLOCK);
    }

    @Test
    void theFileIsWrittenOnceForABlock() throws IOException {
        DiscontinuitySequences sequences = start();
        take(sequences.open("tv"), BLOCK - LOW);
        Files.delete(file());

        for (int i = 0; i < 5; i++) {
            sequences.open("tv");
        }

        assertThat(file()).doesNotExist();
        assertThat(queued).isEmpty();
    }

    @Test
    void numbersContinueWhileTheFileCannotBeWritten() throws IOException {
        // A directory with an entry cannot be replaced by a file.
        Path obstacle = Files.createFile(Files.createDirectory(file()).resolve("entry"));
        DiscontinuitySequences sequences = start();
        long last = take(sequences.open("tv"), 2 * BLOCK);
        assertThat(last).isEqualTo(2 * BLOCK - 1);

        Files.delete(obstacle);
        Files.delete(file());
        runQueued();
        sequences.open("tv");

        assertThat(start().open("tv").getAsLong()).isGreaterThan(last);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{\"tv\":", "{\"tv\":null}", "{\"tv\":\"x\"}", "{\"tv\":-5}"})
    void aDamagedFileCountsFromZero(String content) throws IOException {
        Files.writeString(file(), content);

        assertThat(start().open("tv").getAsLong()).isEqualTo(0);
        assertThat(start().open("tv").getAsLong()).isEqualTo(BLOCK);
    }

    @Test
    void theLeastRecentlyStartedChannelsAreEvicted() throws IOException {
        Files.writeString(
                file(),
                IntStream.range(0, DiscontinuitySequences.MAX_CHANNELS)
                        .mapToObj("\"channel-%d\":100"::formatted)
                        .collect(joining(",", "{", "}")));
        DiscontinuitySequences sequences = start();
        assertThat(sequences.open("channel-0").getAsLong()).isEqualTo(100);

        sequences.open("new");

        DiscontinuitySequences after = start();
        assertThat(after.open("channel-0").getAsLong()).isEqualTo(100 + BLOCK);
        assertThat(after.open("channel-1").getAsLong()).isEqualTo(0);
    }

    private Path file() {
        return directory.resolve(DiscontinuitySequences.FILE);
    }

    /** As after a crash: only the file of the previous instance remains. */
    private DiscontinuitySequences start() {
        return new DiscontinuitySequences(new AtomicFile(file()), new ObjectMapper(), queued::add);
    }

    private void runQueued() {
        while (!queued.isEmpty()) {
            queued.removeFirst().run();
        }
    }

    private static long take(DiscontinuitySequences.Sequence sequence, int many) {
        long last = -1;
        for (int i = 0; i < many; i++) {
            last = sequence.getAsLong();
        }
        return last;
    }
}
