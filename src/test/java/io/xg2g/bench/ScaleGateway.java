package io.xg2g.bench;

import io.smallrye.mutiny.subscription.UniEmitter;
import io.xg2g.cluster.LinkCreditForBench;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.DispatcherForBench;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.RemoteCapacity;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.ffmpeg.TranscodeOutcome;
import io.xg2g.schedule.TimeSource;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A simulated gateway: the real dispatcher and the real credit of its links, under simulated time. */
final class ScaleGateway {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    /** Maximum number of waiting requests. */
    private static final int WAITING = 1_000;

    /** Time of the simulation, in which what the dispatcher's timers do counts as work of this gateway. */
    private final class OwnTime implements TimeSource {
        @Override
        public long nanoTime() {
            return time.nanoTime();
        }

        @Override
        public Instant instant() {
            return time.instant();
        }

        @Override
        public void sleep(Duration duration) {
            time.sleep(duration);
        }

        @Override
        public Runnable schedule(Duration delay, Runnable action) {
            return time.schedule(delay, () -> work(action));
        }
    }

    private final SimulatedTime time;
    private final SimulatedBroker<ScaleWorker.Offer> broker;
    private final Dispatcher dispatcher;
    private final List<SimulatedBroker<ScaleWorker.Offer>.Link> links = new ArrayList<>();
    private List<LinkCreditForBench> credits = List.of();
    private List<Integer> waiting = List.of(0, 0, 0);

    /** Processor time of the gateway's code, in nanoseconds. */
    long cpu;

    /** Number of completed units. */
    int completed;

    ScaleGateway(SimulatedTime time, SimulatedBroker<ScaleWorker.Offer> broker) {
        this.time = time;
        this.broker = broker;
        for (Priority level : Priority.values()) {
            int number = level.level();
            links.add(broker.link(
                    number,
                    offer -> work(() -> {
                        credits.get(number).received();
                        dispatcher().offer(offer.at(this));
                    })));
        }
        dispatcher = DispatcherForBench.gateway(WAITING, new OwnTime(), this::want);
        connect();
    }

    private Dispatcher dispatcher() {
        return dispatcher;
    }

    /** Uses new links: the broker knows nothing of earlier credit. */
    void connect() {
        credits = links.stream()
                .map(link -> new LinkCreditForBench(link::flow, link::drain))
                .toList();
        want(waiting);
    }

    private void want(List<Integer> numbers) {
        waiting = numbers;
        for (int level = 0; level < credits.size(); level++) {
            credits.get(level).want(numbers.get(level));
        }
    }

    void announce(RemoteCapacity capacity) {
        dispatcher.remote(capacity);
    }

    void submit(TranscodeRequest request, Consumer<TranscodeResult> result) {
        work(() -> dispatcher.submit(request).subscribe().with(result));
    }

    void ended(UniEmitter<? super TranscodeOutcome> outcome, TranscodeOutcome how) {
        work(() -> outcome.complete(how));
    }

    private void work(Runnable action) {
        long before = THREADS.getCurrentThreadCpuTime();
        action.run();
        cpu += THREADS.getCurrentThreadCpuTime() - before;
    }
}
