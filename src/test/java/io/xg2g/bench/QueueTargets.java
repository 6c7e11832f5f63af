package io.xg2g.bench;

import io.smallrye.mutiny.Uni;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.DispatcherForBench;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.TranscodeOutcome;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Benchmark of queue waits on a simulated device with 4 slots and 50 ms per unit: 80 units a second. */
final class QueueTargets {
    private static final Duration UNIT = Duration.ofMillis(50);
    private static final int SLOTS = 4;

    /** Playing time of a unit, except for streams with another rate. */
    private static final Duration MEDIA = Duration.ofMillis(250);

    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final Duration MEASURED = Duration.ofSeconds(15);

    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(
            2, Thread.ofPlatform().daemon().name("simulated-device").factory());
    private final Dispatcher dispatcher = DispatcherForBench.dispatcher(100, SLOTS, this::unit);
    private final List<Future<?>> arrivals = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private final Map<String, List<Double>> waits = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> refused = new ConcurrentHashMap<>();
    private final long measureFrom = System.nanoTime() + WARM_UP.toNanos();

    private volatile boolean over;

    private QueueTargets() {}

    static void run(PrintStream out) throws InterruptedException {
        out.println("Real-time streams give their units at a steady pace, all together 0.9 of what the slots carry."
                + " Greedy ones give the next unit as soon as one comes back: what runs ahead of the clock waits as a new"
                + " request. Under twice the load, 12 playing streams give a unit every 250 ms each (0.6 of what the slots"
                + " carry), and 12 other clients offer the rest: a third of it previews, the rest new requests; or 8 playing"
                + " streams have 8 greedy ones beside them.");
        out.println();
        out.println("| load | wait | target | measured | ok | units | rejected |");
        out.println("|---|---|---|---|---|---|---|");
        Duration second = Duration.ofSeconds(1);
        realTime(10).report(out, "10 real-time streams", "stream", 0.95, second);
        realTime(20).report(out, "20 real-time streams", "stream", 0.99, second.multipliedBy(3));
        greedy(10).report(out, "10 greedy streams", "stream", 0.95, second);
        greedy(20).report(out, "20 greedy streams", "stream", 0.99, second.multipliedBy(3));
        QueueTargets overload = overload();
        overload.report(out, "24 clients, twice the load: active", "active", 0.99, Duration.ofMillis(100));
        overload.report(out, "new requests of the same run", "normal", 0.99, null);
        overload.report(out, "previews of the same run", "preview", 0.99, null);
        QueueTargets neighbours = greedyNeighbours();
        neighbours.report(out, "8 real-time streams beside 8 greedy ones", "active", 0.99, Duration.ofMillis(100));
        neighbours.report(out, "the greedy ones of the same run", "stream", 0.99, null);
    }

    private static QueueTargets realTime(int streams) throws InterruptedException {
        QueueTargets load = new QueueTargets();
        Duration pace = UNIT.multipliedBy(10L * streams).dividedBy(9L * SLOTS);
        for (int i = 0; i < streams; i++) {
            String client = "client" + i;
            // All start at the same instant, which is the worst case.
            load.every(pace, Duration.ZERO, () -> load.submit("stream", client, "stream", Priority.NORMAL, pace));
        }
        return load.measure();
    }

    private static QueueTargets greedy(int streams) throws InterruptedException {
        QueueTargets load = new QueueTargets();
        for (int stream = 0; stream < streams; stream++) {
            load.keepGoing("client" + stream);
        }
        return load.measure();
    }

    private static QueueTargets greedyNeighbours() throws InterruptedException {
        QueueTargets load = new QueueTargets();
        load.viewers(8);
        for (int i = 0; i < 8; i++) {
            load.keepGoing("batch" + i);
        }
        return load.measure();
    }

    /** Streams in real time with 4 units a second each. */
    private void viewers(int streams) {
        for (int i = 0; i < streams; i++) {
            String client = "viewer" + i;
            every(
                    MEDIA,
                    MEDIA.multipliedBy(i).dividedBy(streams),
                    () -> submit("active", client, "channel", Priority.NORMAL, MEDIA));
        }
    }

    private static QueueTargets overload() throws InterruptedException {
        QueueTargets load = new QueueTargets();
        load.viewers(12);
        // 160 units a second are submitted, 48 of them by the streams.
        Duration rest = Duration.ofSeconds(12).dividedBy(112);
        for (int i = 0; i < 12; i++) {
            String client = "newcomer" + i;
            boolean preview = i % 3 == 0;
            load.every(
                    rest,
                    rest.multipliedBy(i).dividedBy(12),
                    () -> load.submit(
                            preview ? "preview" : "normal",
                            client,
                            null,
                            preview ? Priority.PREVIEW : Priority.NORMAL,
                            MEDIA));
        }
        return load.measure();
    }

    private void every(Duration period, Duration first, Runnable action) {
        arrivals.add(clock.scheduleAtFixedRate(action, first.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS));
    }

    /** Stream that submits its next unit as soon as one is completed. */
    private void keepGoing(String client) {
        dispatcher
                .submit(request(client, "stream", Priority.NORMAL, MEDIA))
                .subscribe()
                .with(result -> {
                    record("stream", result);
                    if (!over) {
                        keepGoing(client);
                    }
                });
    }

    private void submit(String kind, String client, @Nullable String stream, Priority priority, Duration media) {
        dispatcher.submit(request(client, stream, priority, media)).subscribe().with(result -> record(kind, result));
    }

    private TranscodeRequest request(String client, @Nullable String stream, Priority priority, Duration media) {
        return DispatcherForBench.request(Long.toString(ids.incrementAndGet()), client, stream, priority, media);
    }

    private void record(String kind, TranscodeResult result) {
        if (System.nanoTime() < measureFrom || over) {
            return;
        }
        if (result instanceof TranscodeResult.Completed completed) {
            waits.computeIfAbsent(kind, _ -> Collections.synchronizedList(new ArrayList<>()))
                    .add(completed.waited().toNanos() / 1e6);
        } else {
            refused.computeIfAbsent(kind, _ -> new AtomicInteger()).incrementAndGet();
        }
    }

    private Uni<TranscodeOutcome> unit() {
        return Uni.createFrom()
                .emitter(emitter -> clock.schedule(
                        () -> emitter.complete(DispatcherForBench.DONE), UNIT.toNanos(), TimeUnit.NANOSECONDS));
    }

    private QueueTargets measure() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(WARM_UP.plus(MEASURED).toNanos());
        over = true;
        arrivals.forEach(arrival -> arrival.cancel(false));
        return this;
    }

    private void report(PrintStream out, String load, String kind, double quantile, @Nullable Duration target) {
        double[] sorted = waits.getOrDefault(kind, List.of()).stream()
                .mapToDouble(Double::doubleValue)
                .sorted()
                .toArray();
        double measured = sorted.length == 0 ? Double.NaN : sorted[(int) Math.ceil(quantile * sorted.length) - 1];
        out.printf(
                "| %s | p%.0f | %s | %.0f ms | %s | %d | %d |%n",
                load,
                100 * quantile,
                target == null ? "" : "< " + target.toMillis() + " ms",
                measured,
                target == null ? "" : measured < target.toMillis() ? "yes" : "**no**",
                sorted.length,
                refused.getOrDefault(kind, new AtomicInteger()).get());
    }
}
