package io.xg2g.bench;

import static java.util.Objects.requireNonNull;

import io.xg2g.dispatch.DispatcherForBench;
import io.xg2g.dispatch.Priority;
import io.xg2g.dispatch.RemoteCapacity;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Simulation of a cluster of {@value #GATEWAYS} gateways and {@value #GPUS} GPUs with {@value #CHANNELS} live channels and many
 * clips, in one thread and simulated time. Dispatcher and credit are the code of a gateway; broker, network, workers and units are models.
 */
final class ScaleSimulation {
    static final int GATEWAYS = 64;
    static final int GPUS = 1_000;
    static final int CHANNELS = 10_000;

    /** Clips a minute of all clients together, a third of them previews; with the channels, they use 83 % of the slots. */
    static final int CLIPS = 100_000;

    private static final int SLOTS_PER_GPU = 4;

    /** Clients that send clips, for each gateway. */
    private static final int CLIENTS = 16;

    private static final Duration WINDOW = Duration.ofSeconds(2);

    /** Time from the submission of a window until it is given up. */
    private static final Duration LATEST_START = Duration.ofSeconds(4);

    /** Time for a frame from a member to the broker or back. */
    private static final Duration LATENCY = Duration.ofNanos(250_000);

    /** Time that a frame or message takes the broker's thread. */
    private static final Duration SERVICE = Duration.ofNanos(10_000);

    /** Time of a request from a gateway to a worker. */
    private static final Duration HOP = Duration.ofMillis(1);

    private static final Duration WARM_UP = Duration.ofSeconds(10);
    static final Duration MEASURED = Duration.ofSeconds(20);

    /** Maximum time after which a member connects again. */
    private static final Duration RECONNECT = Duration.ofSeconds(1);

    /** Time until an announcement that is missing counts. */
    private static final Duration ANNOUNCED = Duration.ofSeconds(3);

    /**
     * Load and events of one run.
     *
     * @param scale multiple of gateways, GPUs, channels and clips
     * @param clips multiple of the clips alone
     * @param hot share of the clients that send to one gateway; the others are distributed evenly
     * @param outage time for which the broker is away, five seconds after the measurement has begun
     * @param killed number of GPUs that fail at the same time
     */
    record Scenario(String name, int scale, int clips, double hot, Duration outage, int killed) {}

    /** Kinds of units. */
    enum Load {
        CHANNEL("channels"),
        CLIP("clips"),
        PREVIEW("previews");

        final String label;

        Load(String label) {
            this.label = label;
        }
    }

    /** Waits of one kind of units in microseconds, and what became of them. */
    static final class Outcome {
        final Histogram waits = new Histogram(3);
        final Map<String, Integer> rejected = new TreeMap<>();
        /** Longest time from the submission to the result, in nanoseconds. */
        long longest;

        int completed;
        int redone;
        int failed;
    }

    private final Scenario scenario;
    private final SplittableRandom random = new SplittableRandom(21);
    private final SimulatedTime time = new SimulatedTime();
    private final SimulatedBroker<ScaleWorker.Offer> broker;
    private final List<ScaleGateway> gateways = new ArrayList<>();
    private final List<ScaleWorker> workers = new ArrayList<>();
    private final Map<Load, Outcome> outcomes = new EnumMap<>(Load.class);
    /** By client. */
    private final int[] sent;

    private final int[] served;
    private long ids;
    private boolean measuring;

    private ScaleSimulation(Scenario scenario) {
        this.scenario = scenario;
        this.broker = new SimulatedBroker<>(time, LATENCY.toNanos(), SERVICE.toNanos());
        this.sent = new int[CLIENTS * GATEWAYS * scenario.scale()];
        this.served = new int[sent.length];
        for (int i = 0; i < GATEWAYS * scenario.scale(); i++) {
            gateways.add(new ScaleGateway(time, broker));
        }
        for (int i = 0; i < GPUS * scenario.scale(); i++) {
            workers.add(new ScaleWorker("worker" + i, SLOTS_PER_GPU, time, broker, HOP.toNanos(), random.split()));
        }
        for (Load load : Load.values()) {
            outcomes.put(load, new Outcome());
        }
    }

    static ScaleResult of(Scenario scenario) {
        return new ScaleSimulation(scenario).run();
    }

    private ScaleResult run() {
        announce(workers);
        for (ScaleWorker worker : workers) {
            time.after(within(RECONNECT), worker::offer);
        }
        for (int i = 0; i < CHANNELS * scenario.scale(); i++) {
            int channel = i;
            time.after(within(WINDOW), () -> window(channel));
        }
        clip();
        time.runUntil(WARM_UP.toNanos());
        begin();
        time.runUntil(WARM_UP.plus(MEASURED).toNanos());
        return new ScaleResult(
                scenario,
                outcomes,
                fairness(gateways.stream().mapToDouble(gateway -> gateway.completed)),
                fairness(IntStream.range(0, sent.length)
                        .filter(client -> sent[client] > 0)
                        .mapToDouble(client -> (double) served[client] / sent[client])),
                gateways.stream().mapToLong(gateway -> gateway.cpu).sum(),
                broker);
    }

    private void begin() {
        measuring = true;
        broker.reset();
        for (ScaleGateway gateway : gateways) {
            gateway.cpu = 0;
            gateway.completed = 0;
        }
        if (scenario.outage().isPositive()) {
            time.after(
                    Duration.ofSeconds(5).toNanos(),
                    () -> broker.restart(scenario.outage().toNanos(), this::reconnect));
        }
        if (scenario.killed() > 0) {
            time.after(Duration.ofSeconds(5).toNanos(), this::kill);
        }
    }

    private void reconnect() {
        workers.forEach(worker -> time.after(within(RECONNECT), worker::offer));
        gateways.forEach(gateway -> time.after(within(RECONNECT), gateway::connect));
    }

    private void kill() {
        workers.subList(0, scenario.killed()).forEach(ScaleWorker::kill);
        List<ScaleWorker> left = workers.subList(scenario.killed(), workers.size());
        time.after(ANNOUNCED.toNanos(), () -> announce(left));
    }

    private void announce(List<ScaleWorker> alive) {
        Set<String> names = alive.stream().map(ScaleWorker::name).collect(Collectors.toSet());
        RemoteCapacity capacity = new RemoteCapacity(
                names, names, alive.size() * SLOTS_PER_GPU, 0, alive.size() * 16.0, 1.0 / gateways.size());
        gateways.forEach(gateway -> gateway.announce(capacity));
    }

    private void window(int channel) {
        long now = time.nanoTime();
        TranscodeRequest.DueTime due =
                new TranscodeRequest.DueTime(now + WINDOW.toNanos(), now + LATEST_START.toNanos(), false);
        submit(gateways.get(channel % gateways.size()), "channel" + channel, Load.CHANNEL, due, -1);
        time.after(WINDOW.toNanos(), () -> window(channel));
    }

    private void clip() {
        double perMinute = (double) CLIPS * scenario.scale() * scenario.clips();
        double mean = Duration.ofMinutes(1).toNanos() / perMinute;
        time.after((long) (-Math.log(1 - random.nextDouble()) * mean), this::clip);
        int client = random.nextInt(sent.length);
        int gateway = client < scenario.hot() * sent.length ? 0 : client % gateways.size();
        Load load = random.nextInt(3) == 0 ? Load.PREVIEW : Load.CLIP;
        submit(gateways.get(gateway), "client" + client, load, null, client);
    }

    private void submit(
            ScaleGateway gateway, String client, Load load, TranscodeRequest.@Nullable DueTime due, int number) {
        long submitted = time.nanoTime();
        if (measuring && number >= 0) {
            sent[number]++;
        }
        Outcome outcome = requireNonNull(outcomes.get(load));
        boolean counts = measuring;
        TranscodeRequest.Listener listener = new TranscodeRequest.Listener() {
            private boolean started;

            @Override
            public void started(String device) {
                if (counts && !started) {
                    outcome.waits.recordValue((time.nanoTime() - submitted + HOP.toNanos()) / 1_000);
                } else if (counts) {
                    outcome.redone++;
                }
                started = true;
            }
        };
        Priority priority = load == Load.PREVIEW ? Priority.PREVIEW : Priority.NORMAL;
        TranscodeRequest request = DispatcherForBench.request(Long.toString(ids++), client, priority, listener, due);
        gateway.submit(request, result -> {
            if (measuring) {
                ended(gateway, outcome, number, time.nanoTime() - submitted, result);
            }
        });
    }

    private void ended(ScaleGateway gateway, Outcome outcome, int client, long took, TranscodeResult result) {
        switch (result) {
            case TranscodeResult.Completed _ -> {
                outcome.completed++;
                outcome.longest = Math.max(outcome.longest, took);
                gateway.completed++;
                if (client >= 0) {
                    served[client]++;
                }
            }
            case TranscodeResult.Rejected rejected ->
                outcome.rejected.merge(rejected.reason().code(), 1, Integer::sum);
            case TranscodeResult.Failed _, TranscodeResult.Cancelled _ -> outcome.failed++;
        }
    }

    private long within(Duration most) {
        return random.nextLong(most.toNanos());
    }

    /** Jain's index: 1 if all have the same, 1/n if one of n has all. */
    static double fairness(DoubleStream shares) {
        double sum = 0;
        double squares = 0;
        int number = 0;
        for (double share : shares.toArray()) {
            sum += share;
            squares += share * share;
            number++;
        }
        return squares == 0 ? 1 : sum * sum / (number * squares);
    }
}
