package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.durability.ManualQueueClock;
import io.xg2g.queue.Delivery;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueClock;
import io.xg2g.queue.QueueOptions;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import io.xg2g.schedule.ManualTime;
import io.xg2g.storage.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What waits in the queues when the list of premium channels has changed. */
class PremiumChangeTest {
    private static final Duration LEASE = Duration.ofDays(1);
    private static final List<String> CHANNELS = List.of("door", "news", "radio", "tv");

    @TempDir
    Path directory;

    private final ManualTime time = new ManualTime();
    private final QueueClock clock = new ManualQueueClock(time);
    private AtomicFile used;
    private PremiumChange.Side premium;
    private PremiumChange.Side others;
    private int moves;
    private int killedAfter = Integer.MAX_VALUE;

    /** The program is killed. */
    private static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    @BeforeEach
    void open() throws IOException {
        used = new AtomicFile(directory.resolve("premium"));
        premium = side("premium");
        others = side("others");
    }

    @AfterEach
    void close() throws IOException {
        premium.queue().close();
        others.queue().close();
    }

    private PremiumChange.Side side(String name) throws IOException {
        UploadSerializer serializer = new UploadSerializer();
        HybridQueue<Upload> queue =
                HybridQueue.open(QueueOptions.named(name).with(clock).withLease(LEASE), serializer);
        return new PremiumChange.Side(queue, serializer, delivery -> {
            if (moves++ == killedAfter) {
                throw new Killed();
            }
            queue.add(delivery.item());
        });
    }

    private static Upload.Window window(String channel, int number) {
        byte[] content = (channel + number).getBytes(StandardCharsets.UTF_8);
        return new Upload.Window(
                channel,
                number,
                List.of(
                        new StoredObject(channel + "/720p/init-1.mp4", content),
                        new StoredObject(channel + "/720p/" + number + ".m4s", content)),
                List.of());
    }

    @RandomTest(tries = 100)
    void whatWaitsIsInTheQueueOfItsChannelInItsOrderHoweverOftenTheProgramIsKilled(RandomInput random) {
        Set<String> before = channels(random);
        int[] last = new int[CHANNELS.size()];
        for (int n = random.between(0, 40); n > 0; n--) {
            int channel = random.between(0, CHANNELS.size() - 1);
            String id = CHANNELS.get(channel);
            (before.contains(id) ? premium : others).queue().add(window(id, ++last[channel]));
        }
        Set<String> after = channels(random);
        for (int kills = random.between(0, 3); kills > 0; kills--) {
            moves = 0;
            killedAfter = random.between(0, 20);
            try {
                PremiumChange.apply(used, after, premium, others);
            } catch (Killed now) {
                // What was taken is delivered again by the next run.
                time.advance(LEASE.plusSeconds(1));
            }
        }
        killedAfter = Integer.MAX_VALUE;

        PremiumChange.apply(used, after, premium, others);

        List<Upload.Window> inPremium = windows(premium.queue());
        List<Upload.Window> inOthers = windows(others.queue());
        assertThat(inPremium).allMatch(window -> after.contains(window.channel()));
        assertThat(inOthers).noneMatch(window -> after.contains(window.channel()));
        for (int channel = 0; channel < CHANNELS.size(); channel++) {
            String id = CHANNELS.get(channel);
            List<String> expected = new ArrayList<>();
            for (int number = 1; number <= last[channel]; number++) {
                expected.add(id + "/720p/" + number + ".m4s");
            }
            assertThat((after.contains(id) ? inPremium : inOthers)
                            .stream()
                                    .filter(window -> window.channel().equals(id))
                                    .map(window -> window.segments().getLast().name()))
                    .containsExactlyElementsOf(expected);
        }
    }

    @Test
    void anUnchangedListMovesNothing() {
        PremiumChange.apply(used, Set.of("news"), premium, others);
        others.queue().add(window("news", 1));

        PremiumChange.apply(used, Set.of("news"), premium, others);
        assertThat(windows(others.queue())).hasSize(1);
        assertThat(moves).isZero();
    }

    private static Set<String> channels(RandomInput random) {
        Set<String> channels = new TreeSet<>(CHANNELS);
        channels.removeIf(_ -> random.chance(0.5));
        return channels;
    }

    private static List<Upload.Window> windows(HybridQueue<Upload> queue) {
        List<Upload.Window> windows = new ArrayList<>();
        for (Optional<Delivery<Upload>> next = queue.poll(); next.isPresent(); next = queue.poll()) {
            windows.add((Upload.Window) next.get().item());
        }
        return windows;
    }
}
