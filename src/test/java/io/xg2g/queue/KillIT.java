package io.xg2g.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** A process that uses a queue on a real disk with several threads is killed. */
class KillIT {
    @TempDir
    Path directory;

    @RandomTest(tries = 1)
    void nothingThatReturnedIsUndoneByAKill(RandomInput random) throws Exception {
        rounds(random, 5);
    }

    @Tag("nightly")
    @RandomTest(tries = 10)
    void nothingThatReturnedIsUndoneByManyKills(RandomInput random) throws Exception {
        rounds(random, 50);
    }

    private void rounds(RandomInput random, int rounds) throws Exception {
        Set<Long> waiting = new HashSet<>();
        for (int round = 1; round <= rounds; round++) {
            Set<Long> ending = new HashSet<>();
            Set<Long> ended = new HashSet<>();
            useAndKill(round * 10_000_000L, random.between(1, 3_000), waiting, ending, ended);
            waiting.removeAll(ended);
            Set<Long> found = check(waiting, ending, ended);
            waiting.clear();
            waiting.addAll(found);
        }
    }

    /** Kills the process after so many lines of its output, and reads the rest of it. */
    private void useAndKill(long first, int lines, Set<Long> added, Set<Long> ending, Set<Long> ended)
            throws IOException, InterruptedException {
        Process process = QueueProcess.start(
                QueueProcess.command(KilledQueue.class, List.of(directory.toString(), String.valueOf(first))));
        try (BufferedReader output = process.inputReader(UTF_8)) {
            int read = 0;
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                assertThat(line).matches("[-+?]\\d*");
                if (line.length() > 1) {
                    Set<Long> set = line.startsWith("+") ? added : line.startsWith("-") ? ended : ending;
                    set.add(Long.valueOf(line.substring(1)));
                }
                read++;
                if (read == lines) {
                    // That of the process itself would close the output, too.
                    process.toHandle().destroyForcibly();
                }
            }
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    private Set<Long> check(Set<Long> waiting, Set<Long> ending, Set<Long> ended) throws IOException {
        try (HybridQueue<byte[]> queue = HybridQueue.open(KilledQueue.options(directory), Serializer.BYTES)) {
            assertThat(queue.recovery().damage()).isEmpty();
            Set<Long> found = new HashSet<>();
            for (Optional<Delivery<byte[]>> next = queue.poll(); next.isPresent(); next = queue.poll()) {
                long number = KilledQueue.number(next.get().item());
                assertThat(next.get().item()).isEqualTo(KilledQueue.payload(number));
                assertThat(found.add(number)).as("%s once", number).isTrue();
            }
            Set<Long> lost = new HashSet<>(waiting);
            lost.removeAll(ending);
            lost.removeAll(found);
            assertThat(lost).as("added and lost").isEmpty();
            assertThat(found).as("acknowledged and back").noneMatch(ended::contains);
            return found;
        }
    }
}
