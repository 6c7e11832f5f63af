package io.xg2g.transcode;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import io.xg2g.transcode.JobTurns.Waiting;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JobTurnsTest {
    private final JobTurns<String> turns = new JobTurns<>(true);
    private long sequence;

    private Waiting<String> job(String client, int level) {
        sequence++;
        return new Waiting<>(client + sequence, client, level, sequence, "item");
    }

    private static List<String> order(JobTurns<String> turns) {
        return Stream.generate(() -> turns.poll(_ -> true))
                .takeWhile(Optional::isPresent)
                .map(next -> next.get().id())
                .toList();
    }

    @Test
    void aThousandJobsOfOneClientDoNotStandBeforeTheFirstOfAnother() {
        for (int i = 0; i < 1000; i++) {
            turns.add(job("a", 1));
        }
        turns.poll(_ -> true);
        turns.add(job("b", 1));
        turns.add(job("b", 1));

        assertThat(order(turns).subList(0, 5)).containsExactly("a2", "b1001", "a3", "b1002", "a4");
    }

    @Test
    void higherLevelsComeFirst() {
        turns.add(job("a", 0));
        turns.add(job("b", 1));
        turns.add(job("a", 2));
        assertThat(order(turns)).containsExactly("a3", "b2", "a1");
    }

    @Test
    void aJobThatComesBackIsTheFirstOfItsClient() {
        Waiting<String> first = job("a", 1);
        turns.add(first);
        turns.add(job("a", 1));
        assertThat(turns.poll(_ -> true)).contains(first);
        turns.add(first);
        turns.add(first);
        assertThat(order(turns)).containsExactly("a1", "a2");
    }

    @Test
    void aJobThatIsNotReadyKeepsItsPlace() {
        JobTurns<String> someWait = new JobTurns<>(true);
        for (String client : List.of("a", "b", "a", "b")) {
            sequence++;
            someWait.add(new Waiting<>(client + sequence, client, 1, sequence, sequence == 1 ? "later" : "now"));
        }

        assertThat(someWait.poll("now"::equals)).map(Waiting::id).contains("a3");
        assertThat(someWait.poll("now"::equals)).map(Waiting::id).contains("b2");
        assertThat(order(someWait)).containsExactly("a1", "b4");
    }

    @Test
    void withoutTurnsThereIsOneOrder() {
        JobTurns<String> unfair = new JobTurns<>(false);
        for (String client : List.of("a", "a", "b", "a")) {
            unfair.add(job(client, 1));
        }
        assertThat(order(unfair)).containsExactly("a1", "a2", "b3", "a4");
    }

    /** The model: each client of a level has the time at which it began to wait, or had its latest turn. */
    @RandomTest(tries = 100)
    void theOrderIsThatOfTheModel(RandomInput random) {
        List<Waiting<String>> waiting = new ArrayList<>();
        Map<String, Integer> since = new HashMap<>();
        for (int time = 0; time < 300; time++) {
            switch (random.between(0, 4)) {
                case 0, 1 -> {
                    Waiting<String> added = job(random.of("a", "b", "c", "d"), random.between(0, 2));
                    if (waiting.stream().noneMatch(other -> key(other).equals(key(added)))) {
                        since.put(key(added), time);
                    }
                    waiting.add(added);
                    turns.add(added);
                }
                case 2 -> {
                    if (!waiting.isEmpty()) {
                        Waiting<String> removed = waiting.remove(random.between(0, waiting.size() - 1));
                        assertThat(turns.remove(removed.id())).contains(removed);
                        assertThat(turns.remove(removed.id())).isEmpty();
                    }
                }
                default -> {
                    Optional<Waiting<String>> expected = waiting.stream()
                            .min(Comparator.comparingInt((Waiting<String> job) -> -job.level())
                                    .thenComparing(job -> since.get(key(job)))
                                    .thenComparing(Waiting::sequence));
                    assertThat(turns.poll(_ -> true)).isEqualTo(expected);
                    if (expected.isPresent()) {
                        waiting.remove(expected.get());
                        since.put(key(expected.get()), time);
                    }
                }
            }
        }
    }

    private static String key(Waiting<String> job) {
        return job.level() + job.client();
    }
}
