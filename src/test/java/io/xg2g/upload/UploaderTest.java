package io.xg2g.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.delivery.RandomChannel;
import io.xg2g.durability.ManualQueueClock;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Timeline;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueClock;
import io.xg2g.queue.QueueOptions;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The uploader with real queues in memory, against a target that fails as it likes and checks what it has. */
class UploaderTest {
    /** Longer than any test without a kill, shorter than the pause of one. */
    private static final Duration LEASE = Duration.ofDays(1);

    private final ManualTime time = new ManualTime();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UploadMetrics metrics = new UploadMetrics(registry);
    private final List<HybridQueue<Upload>> open = new ArrayList<>();

    /** Bytes of windows in memory. */
    private long memory = 1 << 20;

    /** Opens the queues with what they have. */
    private Supplier<UploadQueues> opening;

    private MemoryTarget target = new MemoryTarget(new RandomInput(1));
    private UploadQueues queues = queues(Map.of(), 64 << 20);
    private TargetCircuit circuit = circuit();
    private Uploader uploader = uploader();
    private boolean deleteOld;

    private UploadQueues queues(Map<String, String> keys, long disk) {
        UploadQueues.Queues files = new UploadQueues.Queues(queue("premium"), queue("others"), queue("deletions"));
        Map<String, String> all = new TreeMap<>(keys);
        all.putIfAbsent("max-age", "30d");
        opening = () -> new UploadQueues(files, disk, TestUploadConfig.of(all), metrics, () -> {});
        return opening.get();
    }

    private HybridQueue<Upload> queue(String name) {
        QueueClock clock = new ManualQueueClock(time);
        try {
            HybridQueue<Upload> queue =
                    HybridQueue.open(QueueOptions.named(name).with(clock).withLease(LEASE), new UploadSerializer());
            open.add(queue);
            return queue;
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    private TargetCircuit circuit() {
        return new TargetCircuit(time::nanoTime, Backoff.exact(Duration.ofSeconds(1), Duration.ofSeconds(60)));
    }

    /** A new run of the program, which knows nothing but the queues and the target. */
    private Uploader uploader() {
        Fences fences = _ -> OptionalLong.of(0);
        ChannelUploader.Tools tools = new ChannelUploader.Tools(target, circuit, metrics, fences, time::nanoTime);
        return new Uploader(
                new Uploader.Parts(
                        queues,
                        new Lanes(memory, queues.held(), time::nanoTime),
                        circuit,
                        fences,
                        (channel, fence) -> new ChannelUploader(channel, fence, tools, deleteOld ? queues::add : null),
                        time,
                        Duration.ofDays(30),
                        Runnable::run),
                4);
    }

    @AfterEach
    void close() throws IOException {
        for (HybridQueue<Upload> queue : open) {
            queue.close();
        }
    }

    /** A channel whose segments contain their names. */
    private static final class Source {
        private final List<Timeline> timelines;
        private final String channel;
        private ChannelWindows windows;
        private final Set<String> made = new LinkedHashSet<>();
        private int next;
        private long last = Long.MIN_VALUE;

        Source(String channel, long seed, int count) {
            // As the timeline of a channel, without an epoch that has no window yet.
            timelines = RandomChannel.run(seed, count).stream()
                    .map(timeline -> new Timeline(
                            timeline.epochs().stream()
                                    .filter(epoch -> !epoch.windows().isEmpty())
                                    .toList(),
                            timeline.targetDurationSeconds(),
                            timeline.ended()))
                    .filter(timeline -> !timeline.isEmpty())
                    .toList();
            this.channel = channel;
            windows = windows(channel);
        }

        /** The program was started again. */
        void restart() {
            windows = windows(channel);
        }

        private static ChannelWindows windows(String channel) {
            return new ChannelWindows(
                    channel,
                    0,
                    channel,
                    new ChannelWindows.Media() {
                        @Override
                        public Optional<byte[]> segment(String track, long start) {
                            return content(StoredObject.segment(channel, track, start));
                        }

                        @Override
                        public Optional<byte[]> init(String track, long epochStart) {
                            return content(StoredObject.init(channel, track, epochStart));
                        }
                    },
                    Duration.ofMinutes(1),
                    Instant::now);
        }

        private static Optional<byte[]> content(String name) {
            return Optional.of(name.repeat(20).getBytes(StandardCharsets.UTF_8));
        }

        boolean hasNext() {
            return next < timelines.size();
        }

        List<Upload.Window> next() {
            Timeline timeline = timelines.get(next++);
            List<Upload.Window> added = windows.after(timeline, last);
            last = SegmentTimeline.last(timeline);
            added.forEach(window -> window.segments().forEach(object -> made.add(object.name())));
            return added;
        }
    }

    @RandomTest(tries = 20)
    void everySegmentArrivesInOrderAndPlaylistsNameWhatIsThere(RandomInput random) {
        deleteOld = random.chance(0.5);
        target = new MemoryTarget(random);
        restart();
        Map<String, Source> sources = new LinkedHashMap<>();
        for (String channel : List.of("tv", "door", "radio")) {
            sources.put(channel, new Source(channel, random.anyLong(), random.between(1, 40)));
        }
        while (sources.values().stream().anyMatch(Source::hasNext)) {
            target.failing = random.of(0.0, 0.05, 0.2);
            target.gone = random.chance(0.1);
            sources.values().stream()
                    .filter(source -> source.hasNext() && random.chance(0.7))
                    .flatMap(source -> source.next().stream())
                    .forEach(queues::add);
            uploader.step();
            time.advance(Duration.ofMillis(random.between(0, 4000)));
            if (random.chance(0.02)) {
                sources.values().forEach(Source::restart);
                kill();
            }
        }
        finish();

        sources.forEach((channel, source) -> {
            List<String> arrived = target.history.keySet().stream()
                    .filter(name -> name.startsWith(channel + "/") && !StoredObject.isPlaylist(name))
                    .toList();
            assertThat(arrived).containsExactlyElementsOf(source.made);
            assertThat(target.objects).containsKey(StoredObject.master(channel));
        });
        assertThat(queues.waiting()).isZero();
        if (deleteOld) {
            List<String> left = target.objects.keySet().stream()
                    .filter(name -> !StoredObject.isPlaylist(name))
                    .toList();
            assertThat(left).containsExactlyInAnyOrderElementsOf(target.named());
        }
    }

    /** The process is killed: all but the queues is lost, and what was not acknowledged is delivered again. */
    private void kill() {
        time.advance(LEASE.plusSeconds(1));
        queues = opening.get();
        restart();
    }

    private void restart() {
        circuit = circuit();
        uploader = uploader();
    }

    /** The target works again, and time passes until nothing is left to do. */
    private void finish() {
        target.failing = 0;
        target.gone = false;
        for (int i = 0; i < 200; i++) {
            time.advance(Duration.ofSeconds(5));
            uploader.step();
        }
    }

    @Test
    void aFullQueueDropsItsOldestWindowsWhichBecomeGaps() {
        queues = queues(Map.of(), 40_000);
        restart();
        target.gone = true;
        Source source = new Source("tv", 7, 60);
        int windows = 0;
        while (source.hasNext()) {
            List<Upload.Window> added = source.next();
            added.forEach(queues::add);
            windows += added.size();
        }
        assertThat(queues.waiting()).isLessThan(windows);

        finish();

        assertThat(registry.get("xg2g.upload.dropped.windows")
                        .tag("reason", "full")
                        .counter()
                        .count())
                .isPositive();
        assertThat(target.history.size()).isLessThan(source.made.size());
        assertThat(target.objects).containsKey("tv/master.m3u8");
    }

    @Test
    void aRefusedSegmentIsAGapAndTheRestGoesOn() {
        Source source = new Source("tv", 7, 3);
        List<Upload.Window> windows = source.next();
        String refused = windows.getFirst().segments().getLast().name();
        target.refused = Set.of(refused);
        windows.forEach(queues::add);

        finish();

        assertThat(target.objects).containsKey("tv/master.m3u8").doesNotContainKey(refused);
        assertThat(queues.waiting()).isZero();
        assertThat(registry.get("xg2g.upload.failures")
                        .tag("reason", "refused")
                        .counter()
                        .count())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bad/master.m3u8", "bad/.*m3u8", "bad/.*"})
    void aChannelThatTheTargetDoesNotTakeDoesNotHoldUpOthers(String denied) {
        // More than the channel makes until its first object is given up, less than it makes at all.
        memory = 300_000;
        target.denied = denied;
        restart();
        Source bad = new Source("bad", 7, 100);
        Source good = new Source("tv", 8, 100);
        while (bad.hasNext() && good.hasNext()) {
            bad.next().forEach(queues::add);
            good.next().forEach(queues::add);
            pass(20);
        }
        pass(120);

        assertThat(good.made).filteredOn(name -> !StoredObject.isPlaylist(name)).isSubsetOf(target.history.keySet());
        assertThat(target.objects).containsKey("tv/master.m3u8");
    }

    /** Of each channel, whether its windows are in memory or held when the other one begins. */
    @ParameterizedTest
    @CsvSource({"30000,1", "30000,40", "300000,1", "300000,40", "300000,400"})
    void aChannelThatFillsMemoryBeforeAnythingSucceedsDoesNotHoldUpOthers(long room, int refusals) {
        memory = room;
        target.denied = "bad/.*";
        restart();
        Source bad = new Source("bad", 7, 200);
        Source good = new Source("tv", 8, 20);
        while (bad.hasNext()) {
            bad.next().forEach(queues::add);
        }
        pass(refusals);
        assertThat(target.history).isEmpty();
        while (good.hasNext()) {
            good.next().forEach(queues::add);
        }

        pass(300);

        assertThat(good.made).filteredOn(name -> !StoredObject.isPlaylist(name)).isSubsetOf(target.history.keySet());
        assertThat(target.objects).containsKey("tv/master.m3u8");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 20, 60})
    void windowsThatWereHeldArriveInOrderWhenTheTargetTakesThem(int seconds) {
        memory = 30_000;
        target.denied = "bad/.*";
        restart();
        Source bad = new Source("bad", 7, 60);
        while (bad.hasNext()) {
            bad.next().forEach(queues::add);
            if (bad.next % 10 == 0) {
                pass(seconds);
            }
        }
        target.denied = "";

        finish();

        assertThat(target.history.keySet())
                .filteredOn(name -> !StoredObject.isPlaylist(name))
                .containsExactlyElementsOf(bad.made);
        assertThat(queues.waiting()).isZero();
        assertThat(queues.held().channels()).isEmpty();
    }

    @Test
    void windowsThatAreHeldAreTheFirstThatAreDroppedWhenTheQueueIsFull() {
        queues = queues(Map.of(), 400_000);
        target.denied = "bad/.*";
        restart();
        Source bad = new Source("bad", 7, 100);
        while (bad.hasNext()) {
            bad.next().forEach(queues::add);
            pass(1);
        }
        Source good = new Source("tv", 8, 20);
        while (good.hasNext()) {
            good.next().forEach(queues::add);
        }
        long dropped = (long) registry.get("xg2g.upload.dropped.windows")
                .tag("reason", "full")
                .counter()
                .count();

        pass(300);

        assertThat(dropped).isPositive();
        assertThat(good.made).filteredOn(name -> !StoredObject.isPlaylist(name)).isSubsetOf(target.history.keySet());
    }

    private void pass(int seconds) {
        for (int second = 0; second < seconds; second++) {
            uploader.step();
            time.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void premiumChannelsComeFirst() {
        queues = queues(Map.of("premium", "news"), 64 << 20);
        restart();
        Source others = new Source("tv", 7, 3);
        Source premium = new Source("news", 8, 3);
        others.next().forEach(queues::add);
        premium.next().forEach(queues::add);

        uploader.step();

        assertThat(target.history.keySet()).first().asString().startsWith("news/");
        assertThat(target.objects).containsKeys("news/master.m3u8", "tv/master.m3u8");
    }

    @Test
    void aDeadTargetIsTriedRarely() {
        target.gone = true;
        Source source = new Source("tv", 7, 100);
        for (int second = 0; second < 600; second++) {
            if (source.hasNext()) {
                source.next().forEach(queues::add);
            }
            uploader.step();
            time.advance(Duration.ofSeconds(1));
        }
        // After 1, 2, 4, 8, 16, 32, 60, 60 … seconds.
        assertThat(target.requests).isBetween(10, 16);
    }

    @Test
    void lookingUpWhatIsThereAfterARestartIsProgress() {
        Source source = new Source("tv", 7, 12);
        while (source.timelines.size() - source.next > 1) {
            source.next().forEach(queues::add);
        }
        uploader.step();
        restart();
        source.next().forEach(queues::add);
        target.failingEach = 4;

        // A second after each failure, not twice as long after each one.
        for (int second = 0; second < 60; second++) {
            uploader.step();
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(queues.waiting()).isZero();
    }

    @Test
    void superfluousPlaylistsAreNotSent() {
        Source source = new Source("tv", 7, 6);
        while (source.hasNext()) {
            source.next().forEach(queues::add);
        }

        uploader.step();

        long segments = target.history.keySet().stream()
                .filter(name -> !StoredObject.isPlaylist(name))
                .count();
        long playlists = target.objects.size() - segments;
        assertThat((long) target.requests).isEqualTo(segments + playlists);
    }
}
