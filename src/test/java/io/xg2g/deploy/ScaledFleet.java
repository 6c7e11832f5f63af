package io.xg2g.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;

/**
 * Simulation of a cluster that an autoscaler scales, with the metrics that Prometheus would scrape. A worker has four slots, a minute
 * after its pod was created; a unit takes 1.5 s, and a request that has waited for 6.4 s is refused.
 */
final class ScaledFleet {
    /** Seconds between two scrapes, and between two decisions, which follow them by a second. */
    static final int STEP = 15;

    static final int SLOTS = 4;
    private static final int START = 60;
    private static final double UNIT = 1.5;
    private static final double LONGEST_WAIT = 6.4;

    /** Scrapes of the last minute. */
    private static final int SMOOTHED = 4;

    /**
     * What happens.
     *
     * @param load slots that are needed, by minute
     * @param replicas workers at the start
     * @param broken how many of them have no device
     * @param gateways their shares of the requests
     */
    record Scenario(String name, DoubleUnaryOperator load, int replicas, int broken, List<Double> gateways) {}

    /** State of the fleet at a scrape, the value of the metric, and the decision. */
    record Step(long second, double load, int replicas, int slots, OptionalDouble metric, int next) {}

    private record Worker(String pod, long created, boolean broken) {
        boolean isReady(long second) {
            return !broken && second - created >= START;
        }
    }

    private final Scenario scenario;
    private final HorizontalScaler scaler;
    private final List<Worker> workers = new ArrayList<>();
    private final List<OptionalDouble> demands = new ArrayList<>();
    private final StringBuilder samples = new StringBuilder();
    private int created;
    private double waiting;

    private ScaledFleet(Scenario scenario, HorizontalScaler scaler) {
        this.scenario = scenario;
        this.scaler = scaler;
        for (int i = 0; i < scenario.replicas(); i++) {
            add(-START, i < scenario.broken());
        }
    }

    /** The steps of a scenario, and their samples in the format of OpenMetrics. */
    record Recording(Scenario scenario, List<Step> steps, String samples) {}

    /**
     * Runs a scenario.
     *
     * @param begin of the scenario, in seconds since 1970
     */
    static Recording run(Scenario scenario, HorizontalScaler scaler, long begin, int seconds) {
        ScaledFleet fleet = new ScaledFleet(scenario, scaler);
        List<Step> steps = new ArrayList<>();
        for (long second = 0; second <= seconds; second += STEP) {
            steps.add(fleet.step(second, begin + second));
        }
        return new Recording(scenario, steps, fleet.samples.toString());
    }

    private Step step(long second, long time) {
        double load = scenario.load().applyAsDouble(second / 60.0);
        int ready = (int) workers.stream().filter(worker -> worker.isReady(second)).count();
        int slots = ready * SLOTS;
        int running = (int) Math.min(slots, waiting > 0.5 ? slots : Math.round(load));
        scrape(second, time, running);
        demands.add(slots == 0 ? OptionalDouble.empty() : OptionalDouble.of((Math.round(waiting) + running) / (double) slots));
        OptionalDouble metric = demands.subList(Math.max(0, demands.size() - SMOOTHED), demands.size()).stream()
                .flatMapToDouble(OptionalDouble::stream)
                .average();
        int replicas = workers.size();
        // From the first whole minute on.
        int next = demands.size() < SMOOTHED ? replicas : scaler.next(second, replicas, ready, metric);
        scale(second, next);
        waiting = Math.clamp(waiting + (load - slots) / UNIT * STEP, 0, slots / UNIT * LONGEST_WAIT);
        return new Step(second, load, replicas, slots, metric, next);
    }

    private void add(long second, boolean broken) {
        workers.add(new Worker("worker-" + created, second, broken));
        created++;
    }

    /** As a ReplicaSet does: pods that are not ready are removed first, then the newest. */
    private void scale(long second, int replicas) {
        while (workers.size() < replicas) {
            add(second, false);
        }
        while (workers.size() > replicas) {
            Worker away = workers.reversed().stream()
                    .filter(worker -> !worker.isReady(second))
                    .findFirst()
                    .orElse(workers.getLast());
            workers.remove(away);
        }
    }

    private void scrape(long second, long time, int running) {
        int left = running;
        for (Worker worker : workers) {
            int slots = worker.isReady(second) ? SLOTS : 0;
            int units = Math.min(left, slots);
            left -= units;
            member(worker.pod(), time, slots, units, 0);
        }
        long requests = Math.round(waiting);
        for (int i = 0; i < scenario.gateways().size(); i++) {
            long own = i == scenario.gateways().size() - 1
                    ? requests
                    : Math.round(requests * scenario.gateways().get(i));
            requests -= own;
            member("gateway-" + i, time, 0, 0, own);
        }
    }

    private void member(String pod, long time, int slots, int running, long waits) {
        String labels = "namespace=\"%s\",service=\"xg2g-gpu-metrics\",pod=\"%s\"".formatted(scenario.name(), pod);
        sample("xg2g_gpu_slots", labels, slots, time);
        sample("xg2g_gpu_active_workers", labels, running, time);
        for (int level = 0; level < 3; level++) {
            sample("xg2g_gpu_queue_size", labels + ",priority=\"" + level + "\"", level == 1 ? waits : 0, time);
        }
    }

    private void sample(String metric, String labels, long value, long time) {
        samples.append(metric).append('{').append(labels).append("} ").append(value).append(' ').append(time).append('\n');
    }
}
