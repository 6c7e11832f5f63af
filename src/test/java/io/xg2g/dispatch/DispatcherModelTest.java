package io.xg2g.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.subscription.Cancellable;
import io.xg2g.dispatch.SoftwareConfig.Policy;
import io.xg2g.ffmpeg.Failure;
import io.xg2g.gpu.GpuLoad;
import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import io.xg2g.random.Shrinking;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Comparison of the dispatcher, step by step, with the {@linkplain NaiveDispatcher naive model}. */
class DispatcherModelTest {

    record Setting(
            int size, int workers, boolean fair, List<Integer> gpus, int software, Policy policy, boolean gateway) {
        long waitLimit() {
            return Duration.ofSeconds(30).toNanos();
        }
    }

    /** Due time of a unit, in milliseconds from its submission. */
    record Due(int at, int latestStart, boolean opening) {}

    /** One step; indexes are modulo the number of candidates. */
    sealed interface Step {
        record Submit(
                String client,
                @Nullable String stream,
                Priority priority,
                int mediaMillis,
                @Nullable Due due) implements Step {}

        record Complete(int index) implements Step {}

        record Fail(int index, Failure.Kind kind) implements Step {}

        record Cancel(int index, boolean disconnects) implements Step {}

        record Advance(int millis, boolean devicesRecover) implements Step {}

        record Measure(int gpu, GpuLoad load) implements Step {}

        /** A worker offers a slot, to a gateway. */
        record Offer(String worker) implements Step {}

        /** The workers are these, for a gateway. */
        record Announce(List<String> workers) implements Step {}

        record Drain() implements Step {}
    }

    @RandomTest
    void startsAndResultsEqualThoseOfTheModel(RandomInput input) {
        for (int i = 0; i < 30; i++) {
            Setting setting = setting(input);
            List<Step> schedule = input.list(120, () -> step(input));
            if (difference(setting, schedule).isPresent()) {
                fail(
                        setting,
                        Shrinking.shrink(
                                schedule, steps -> difference(setting, steps).isPresent()));
            }
        }
    }

    private static Optional<Throwable> difference(Setting setting, List<Step> schedule) {
        try {
            Comparison comparison = new Comparison(setting);
            for (Step step : schedule) {
                comparison.take(step);
                comparison.check();
            }
            comparison.finish();
            return Optional.empty();
        } catch (RuntimeException | AssertionError different) {
            return Optional.of(different);
        }
    }

    private static void fail(Setting setting, List<Step> schedule) {
        String steps = schedule.stream().map(step -> "\n  " + step).collect(Collectors.joining());
        Throwable different = difference(setting, schedule).orElseThrow();
        throw new AssertionError(setting + steps + "\n" + different.getMessage(), different);
    }

    private enum Kind {
        SUBMIT(40),
        COMPLETE(15),
        ADVANCE(12),
        MEASURE(8),
        OFFER(15),
        ANNOUNCE(3),
        FAIL(6),
        CANCEL(5),
        DRAIN(1);

        /** Relative frequency. */
        final int weight;

        Kind(int weight) {
            this.weight = weight;
        }
    }

    private static final List<Kind> KINDS = Stream.of(Kind.values())
            .flatMap(kind -> Collections.nCopies(kind.weight, kind).stream())
            .toList();
    private static final List<Failure.Kind> FAILURES = List.of(
            Failure.Kind.CRASH,
            Failure.Kind.STOPPED,
            Failure.Kind.DEVICE_FAULT,
            Failure.Kind.DEVICE_CAPACITY,
            Failure.Kind.DEVICE_CAPACITY,
            Failure.Kind.WORKER_LOST,
            Failure.Kind.SLOT_GONE);

    private static Setting setting(RandomInput input) {
        return new Setting(
                input.between(1, 9),
                input.between(1, 5),
                input.chance(2 / 3.0),
                input.list(3, () -> input.between(1, 3)),
                input.between(0, 2),
                input.of(Policy.values()),
                input.chance(0.5));
    }

    private static Step step(RandomInput input) {
        int index = input.between(0, 30);
        return switch (input.of(KINDS)) {
            case SUBMIT ->
                new Step.Submit(
                        input.of("a", "a", "a", "b", "b", "c", "d"),
                        input.chance(0.5) ? null : input.of("one", "two"),
                        input.of(Priority.PREVIEW, Priority.NORMAL, Priority.NORMAL),
                        input.of(0, 500, 2_000, 2_000, 2_000, 10_000),
                        input.chance(0.6) ? null : due(input));
            case COMPLETE -> new Step.Complete(index);
            case FAIL -> new Step.Fail(index, input.of(FAILURES));
            case CANCEL -> new Step.Cancel(index, input.chance(0.5));
            case ADVANCE -> {
                int millis = input.chance(0.5) ? input.between(0, 2_000) : input.between(2_000, 40_000);
                yield new Step.Advance(millis, input.chance(2 / 3.0));
            }
            case MEASURE -> new Step.Measure(input.between(0, 2), input.chance(0.5) ? GpuLoad.UNKNOWN : load(input));
            case OFFER -> new Step.Offer(input.of("u", "v", "w"));
            case ANNOUNCE -> new Step.Announce(input.list(3, () -> input.of("u", "v", "w")));
            case DRAIN -> new Step.Drain();
        };
    }

    private static Due due(RandomInput input) {
        return new Due(input.between(0, 5_000), input.between(-100, 12_000), input.chance(0.5));
    }

    private static GpuLoad load(RandomInput input) {
        return new GpuLoad(input.between(0, 2), input.between(0L, 2L), input.chance(1 / 3.0));
    }

    /** Runs the same steps on both. */
    private static final class Comparison {
        private final Setting setting;
        private final NaiveDispatcher model;
        private final DispatcherSetup setup;
        private final Map<String, Cancellable> subscriptions = new HashMap<>();

        Comparison(Setting setting) {
            this.setting = setting;
            model = new NaiveDispatcher(setting);
            List<DeviceCapacity> devices = new ArrayList<>();
            for (int i = 0; i < setting.gpus().size(); i++) {
                devices.add(DispatcherSetup.gpu("gpu" + i, setting.gpus().get(i)));
            }
            if (setting.software() > 0) {
                devices.add(DispatcherSetup.software(setting.software()));
            }
            setup = DispatcherSetup.with()
                    .size(setting.size())
                    .workers(setting.workers())
                    .fair(setting.fair())
                    .software(setting.policy())
                    .devices(devices.toArray(DeviceCapacity[]::new))
                    .start();
            if (setting.gateway()) {
                setup.dispatcher.remote(setup.demand::add);
            }
        }

        void take(Step step) {
            // No two steps at the same time: actions due at the same time may run in any order.
            advance(1, true);
            switch (step) {
                case Step.Submit submit -> submit(submit);
                case Step.Complete(int index) -> {
                    if (!model.running.isEmpty()) {
                        complete(pick(model.running, index));
                    }
                }
                case Step.Fail(int index, Failure.Kind kind) -> {
                    if (!model.running.isEmpty()) {
                        NaiveRequest request = pick(model.running, index);
                        model.fail(request, kind);
                        setup.slots.fail(request.id, kind);
                    }
                }
                case Step.Cancel(int index, boolean disconnects) -> cancel(index, disconnects);
                case Step.Advance(int millis, boolean devicesRecover) ->
                    advance(Duration.ofMillis(millis).toNanos(), devicesRecover);
                case Step.Measure(int gpu, GpuLoad load) -> {
                    if (gpu < setting.gpus().size()) {
                        model.machines.get(gpu).load = load;
                        setup.loads.put("gpu" + gpu, load);
                    }
                }
                case Step.Offer(String worker) -> {
                    if (setting.gateway()) {
                        assertThat(setup.offer(worker).fate.name()).isEqualTo(model.offer(worker));
                    }
                }
                case Step.Announce(List<String> workers) -> {
                    if (setting.gateway()) {
                        model.workers = Set.copyOf(workers);
                        setup.announce(model.workers.toArray(String[]::new));
                    }
                }
                case Step.Drain() -> {
                    model.drain();
                    setup.dispatcher.drain();
                }
            }
        }

        private void submit(Step.Submit step) {
            String id = step.client() + subscriptions.size();
            TranscodeRequest request = Requests.scheduled(
                    id, step.stream(), step.priority(), Duration.ofMillis(step.mediaMillis()), due(step.due()));
            model.submit(request, setup.time.nanoTime());
            subscriptions.put(id, setup.submit(request));
        }

        private TranscodeRequest.@Nullable DueTime due(@Nullable Due due) {
            long now = setup.time.nanoTime();
            return due == null
                    ? null
                    : new TranscodeRequest.DueTime(
                            now + Duration.ofMillis(due.at()).toNanos(),
                            now + Duration.ofMillis(due.latestStart()).toNanos(),
                            due.opening());
        }

        private void cancel(int index, boolean disconnects) {
            if (model.open().isEmpty()) {
                return;
            }
            NaiveRequest request = pick(model.open(), index);
            model.cancel(request, disconnects);
            if (disconnects) {
                subscriptions.get(request.id).cancel();
            } else {
                assertThat(setup.dispatcher.cancel(request.id)).isTrue();
            }
        }

        private void complete(NaiveRequest request) {
            model.complete(request);
            setup.slots.complete(request.id);
        }

        private void advance(long nanos, boolean devicesRecover) {
            model.advance(nanos, devicesRecover);
            for (int i = 0; i < setting.gpus().size(); i++) {
                setup.probes.put("gpu" + i, devicesRecover);
            }
            setup.probes.put("software", devicesRecover);
            setup.time.advance(Duration.ofNanos(nanos));
        }

        private static NaiveRequest pick(List<NaiveRequest> requests, int index) {
            return requests.get(index % requests.size());
        }

        void check() {
            assertThat(setup.slots.startsWithDevices()).isEqualTo(model.starts);
            model.outcomes.forEach(
                    (id, outcome) -> assertThat(setup.outcome(id)).as(id).isEqualTo(outcome));
            assertThat(setup.answered()).doesNotHaveDuplicates();
            QueueSnapshot snapshot = setup.dispatcher.snapshot();
            for (Priority level : Priority.values()) {
                assertThat(snapshot.waiting(level)).isEqualTo(model.waiting(level));
            }
            int atWorkers =
                    snapshot.workers().map(QueueSnapshot.WorkerLoad::running).orElse(0);
            assertThat(snapshot.running() + atWorkers)
                    .isEqualTo(model.running.size())
                    .isEqualTo(setup.slots.running().size());
            assertThat((long) snapshot.running()).isEqualTo(model.runningHere()).isLessThanOrEqualTo(setting.workers());
            if (setting.gateway()) {
                assertThat(setup.demand.getLast()).isEqualTo(snapshot.waiting());
            }
            assertThat(standings()).isEqualTo(model.order());
        }

        private List<String> standings() {
            Map<String, Integer> positions = new HashMap<>();
            model.outcomes
                    .keySet()
                    .forEach(id -> setup.dispatcher
                            .position(id)
                            .ifPresent(queuePosition -> positions.put(id, queuePosition.position())));
            return positions.entrySet().stream()
                    .sorted(Comparator.comparingInt(Map.Entry::getValue))
                    .map(Map.Entry::getKey)
                    .toList();
        }

        /** Checks that nothing is left at the end and nothing was counted twice. */
        void finish() {
            take(new Step.Drain());
            while (!model.running.isEmpty()) {
                complete(model.running.getFirst());
            }
            check();
            double rejected = setup.registry.find("xg2g.gpu.queue.rejections").counters().stream()
                    .mapToDouble(counter -> counter.count())
                    .sum();
            assertThat(rejected).isEqualTo(model.rejections);
            model.outcomes
                    .keySet()
                    .forEach(
                            id -> assertThat(setup.dispatcher.cancel(id)).as(id).isFalse());
        }
    }
}
