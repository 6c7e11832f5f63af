package io.xg2g.upload;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.xg2g.delivery.RandomChannel;
import io.xg2g.durability.ManualQueueClock;
import io.xg2g.packaging.SegmentTimeline;
import io.xg2g.packaging.Timeline;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueClock;
import io.xg2g.queue.QueueOptions;
import io.xg2g.random.RandomInput;
import io.xg2g.schedule.Backoff;
import io.xg2g.schedule.ManualTime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;

/** An uploader with real queues in memory, and a target that fails as it likes and checks what it has. */
abstract class UploaderFixture {
    /** Longer than any test without a kill, shorter than the pause of one. */
    private static final Duration LEASE = Duration.ofDays(1);

    final ManualTime time = new ManualTime();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final UploadMetrics metrics = new UploadMetrics(registry);
    private final List<HybridQueue<Upload>> open = new ArrayList<>();

    /** Bytes of windows in memory. */
    long memory = 1 << 20;

    /** Opens the queues with what they have. */
    private Supplier<UploadQueues> opening;

    MemoryTarget target = new MemoryTarget(new RandomInput(1));
    UploadQueues queues = queues(Map.of(), 64 << 20);
    TargetCircuit circuit = circuit();
    Uploader uploader = uploader();
    boolean deleteOld;

    UploadQueues queues(Map<String, String> keys, long disk) {
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
        TargetCircuit deletions = circuit();
        UploadTools tools = new UploadTools(target, circuit, deletions, metrics, fences, time::nanoTime);
        return new Uploader(
                new Uploader.Parts(
                        queues,
                        new Lanes(memory, queues.held(), time::nanoTime),
                        circuit,
                        deletions,
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
    static final class Source {
        final List<Timeline> timelines;
        private final String channel;
        private ChannelWindows windows;
        final Set<String> made = new LinkedHashSet<>();
        int next;
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

    /** The process is killed: all but the queues is lost, and what was not acknowledged is delivered again. */
    void kill() {
        time.advance(LEASE.plusSeconds(1));
        queues = opening.get();
        restart();
    }

    void restart() {
        circuit = circuit();
        uploader = uploader();
    }

    /** The target works again, and time passes until nothing is left to do. */
    void finish() {
        target.failing = 0;
        target.gone = false;
        for (int i = 0; i < 200; i++) {
            time.advance(Duration.ofSeconds(5));
            uploader.step();
        }
    }

    void pass(int seconds) {
        for (int second = 0; second < seconds; second++) {
            uploader.step();
            time.advance(Duration.ofSeconds(1));
        }
    }
}
