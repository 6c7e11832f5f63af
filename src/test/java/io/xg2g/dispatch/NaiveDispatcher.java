package io.xg2g.dispatch;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.gpu.GpuLoad;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Naive model of the dispatch rules with plain lists that are searched and sorted in every step. The oracle of {@link
 * DispatcherModelTest}.
 */
final class NaiveDispatcher {
    private static final long SECOND = 1_000_000_000L;

    static final class Machine {
        final String id;
        final int slots;
        int limit;
        int busy;
        long probeAt = Long.MAX_VALUE;
        long probeDelay;
        final List<Long> widenAt = new ArrayList<>();
        GpuLoad load = GpuLoad.UNKNOWN;

        Machine(String id, int slots) {
            this.id = id;
            this.slots = slots;
            this.limit = slots;
        }

        boolean isSoftware() {
            return id.equals("software");
        }
    }

    private final DispatcherModelTest.Setting setting;
    final List<Machine> machines = new ArrayList<>();
    private final List<NaiveRequest> waiting = new ArrayList<>();
    final List<NaiveRequest> running = new ArrayList<>();
    /** Ids and devices of all starts. */
    final List<String> starts = new ArrayList<>();
    /** Results of all requests. */
    final Map<String, String> outcomes = new HashMap<>();
    /** Number of requests that were rejected or cancelled before they ran. */
    int rejections;

    private final NaiveStreams streams = new NaiveStreams();
    private final NaiveRoundRobin turns;
    private long now;
    private boolean closed;
    /** Workers that have slots. */
    Set<String> workers = Set.of();

    NaiveDispatcher(DispatcherModelTest.Setting setting) {
        this.setting = setting;
        this.turns = new NaiveRoundRobin(setting.fair());
        for (int i = 0; i < setting.gpus().size(); i++) {
            machines.add(new Machine("gpu" + i, setting.gpus().get(i)));
        }
        if (setting.software() > 0) {
            machines.add(new Machine("software", setting.software()));
        }
    }

    int waiting(Priority level) {
        return (int) waiting.stream()
                .filter(request -> request.level == level.level())
                .count();
    }

    /** The waiting ids, in the order in which they would start on one slot. */
    List<String> order() {
        return turns.copy().order(waiting);
    }

    void submit(TranscodeRequest submitted, long clock) {
        NaiveRequest request = new NaiveRequest(submitted, clock, now, outcomes.size(), setting.waitLimit());
        request.level =
                request.dueAt != Long.MAX_VALUE && request.asked == Priority.NORMAL || streams.mayBeActive(request, now)
                        ? 2
                        : request.asked.level();
        outcomes.put(request.id, "open");
        if (closed) {
            reject(request, "shutdown");
        } else if (isUnservable()) {
            reject(request, "no-device");
        } else if (request.waitLimit <= 0) {
            reject(request, "timeout");
        } else {
            admit(request);
        }
        fill();
    }

    private void admit(NaiveRequest request) {
        int share = Math.max(1, setting.size() / 2);
        long own = held(request.client);
        Optional<NaiveRequest> victim = Optional.empty();
        boolean atItsShare = own >= share && waiting.size() > own;
        if (atItsShare) {
            victim = youngestOfLowest(waiting.stream()
                    .filter(other -> other.level < request.level && other.client.equals(request.client)));
        } else if (waiting.size() >= setting.size()) {
            victim = youngestOfLowest(waiting.stream().filter(other -> other.level < request.level))
                    .or(() -> youngestOfLowest(waiting.stream()
                            .filter(other -> other.level <= request.level && held(other.client) > share)));
        }
        if (victim.isEmpty() && (atItsShare || waiting.size() >= setting.size())) {
            reject(request, "full");
            return;
        }
        victim.ifPresent(displaced -> {
            waiting.remove(displaced);
            reject(displaced, "displaced");
        });
        if (request.level == 2) {
            streams.charge(request, now);
        }
        join(request);
    }

    private static Optional<NaiveRequest> youngestOfLowest(Stream<NaiveRequest> requests) {
        return requests.min(Comparator.<NaiveRequest>comparingInt(request -> request.level)
                .thenComparing(request -> request.number, Comparator.reverseOrder()));
    }

    private long held(String client) {
        return waiting.stream().filter(other -> other.client.equals(client)).count();
    }

    private void join(NaiveRequest request) {
        turns.join(request, waiting);
        waiting.add(request);
    }

    private void fill() {
        while (!choices(Set.of()).isEmpty()) {
            Optional<NaiveRequest> next = turns.inOrder(waiting).stream()
                    .filter(request -> !choices(request.tried).isEmpty())
                    .findFirst();
            if (next.isEmpty()) {
                return;
            }
            waiting.remove(next.get());
            turns.taken(next.get(), waiting);
            start(next.get());
        }
    }

    /** Returns what becomes of a slot of this worker. */
    String offer(String worker) {
        List<NaiveRequest> order = turns.inOrder(waiting);
        Optional<NaiveRequest> next = order.stream()
                .filter(request -> !request.lostBy.contains(worker) || request.lostBy.containsAll(workers))
                .findFirst();
        if (next.isEmpty()) {
            return order.isEmpty() ? "RELEASED" : "REFUSED";
        }
        NaiveRequest request = next.get();
        waiting.remove(request);
        turns.taken(request, waiting);
        request.worker = worker;
        running.add(request);
        starts.add(request.id + "@" + worker);
        return "RUN";
    }

    private void start(NaiveRequest request) {
        Machine machine = choices(request.tried).getFirst();
        machine.busy++;
        request.machine = machine;
        running.add(request);
        starts.add(request.id + "@" + machine.id);
    }

    /** Number of units on devices. */
    long runningHere() {
        return running.stream().filter(request -> request.machine != null).count();
    }

    private boolean isUnservable() {
        return !setting.gateway() && usable(Set.of()).isEmpty();
    }

    /** Devices with a free slot for a unit that failed on these, best first. */
    private List<Machine> choices(Set<Machine> tried) {
        if (runningHere() >= setting.workers()) {
            return List.of();
        }
        return usable(tried).stream()
                .filter(machine -> machine.busy < machine.limit)
                .sorted(Comparator.comparing((Machine machine) -> machine.load.congested())
                        .thenComparing(machine -> machine.busy - machine.limit)
                        .thenComparing(machine -> machine.load.encoderPercent())
                        .thenComparing(machine -> -machine.load.freeVramBytes()))
                .toList();
    }

    private List<Machine> usable(Set<Machine> tried) {
        Map<Boolean, List<Machine>> well = machines.stream()
                .filter(machine -> machine.limit > 0 && !tried.contains(machine))
                .collect(Collectors.partitioningBy(Machine::isSoftware));
        return switch (setting.policy()) {
            case NEVER -> well.get(false);
            case ONLY -> well.get(true);
            case AUTO -> well.get(well.get(false).isEmpty() && !setting.gateway());
        };
    }

    void cancel(NaiveRequest request, boolean disconnected) {
        if (disconnected) {
            request.silent = true;
        }
        if (waiting.remove(request)) {
            rejections++;
            answer(request, "cancelled");
        } else {
            request.unwanted = true;
        }
        fill();
    }

    void complete(NaiveRequest request) {
        release(request);
        streams.completed(request, now);
        answer(request, "completed");
        fill();
    }

    void fail(NaiveRequest request, Failure.Kind kind) {
        Machine machine = request.machine;
        String worker = request.worker;
        release(request);
        if (machine != null && kind.movesToAnotherDevice()) {
            restrain(machine, kind);
        }
        if (request.unwanted) {
            answer(request, "cancelled");
        } else if (!kind.movesToAnotherDevice()) {
            answer(request, kind.code());
        } else if (machine == null) {
            lost(request, Objects.requireNonNull(worker), kind);
        } else if (!moves(request, machine)) {
            answer(request, kind.code());
        }
        if (isUnservable()) {
            waiting.forEach(hopeless -> reject(hopeless, "no-device"));
            waiting.clear();
        }
        fill();
    }

    private boolean moves(NaiveRequest request, Machine machine) {
        if (machine.limit == 0) {
            request.tried.add(machine);
        }
        boolean exhausted = usable(request.tried).isEmpty() && !setting.gateway();
        if (closed || exhausted || isOver(request)) {
            return false;
        }
        again(request);
        return true;
    }

    private void lost(NaiveRequest request, String worker, Failure.Kind kind) {
        boolean ran = kind != Failure.Kind.SLOT_GONE;
        if (ran && !closed) {
            request.lostBy.add(worker);
            request.lost++;
        }
        if (closed) {
            reject(request, "shutdown");
        } else if (ran && (request.lost > 2 || isOver(request))) {
            answer(request, kind.code());
        } else if (isOver(request)) {
            reject(request, "timeout");
        } else {
            again(request);
        }
    }

    private boolean isOver(NaiveRequest request) {
        return now - request.submitted >= request.waitLimit;
    }

    private void again(NaiveRequest request) {
        if (choices(request.tried).isEmpty()) {
            request.returned = true;
            join(request);
        } else {
            start(request);
        }
    }

    private void restrain(Machine machine, Failure.Kind kind) {
        if (kind == Failure.Kind.DEVICE_CAPACITY && machine.busy > 0) {
            if (machine.limit > machine.busy) {
                machine.limit = machine.busy;
                machine.widenAt.add(now + 10 * SECOND);
            }
        } else if (machine.limit > 0) {
            machine.limit = 0;
            machine.probeDelay = 30 * SECOND;
            machine.probeAt = now + machine.probeDelay;
        }
    }

    private void release(NaiveRequest request) {
        running.remove(request);
        if (request.machine != null) {
            request.machine.busy--;
        }
        request.machine = null;
        request.worker = null;
    }

    void drain() {
        closed = true;
        waiting.forEach(request -> reject(request, "shutdown"));
        waiting.clear();
    }

    /** Advances the time through every event. */
    void advance(long nanos, boolean devicesRecover) {
        long until = now + nanos;
        while (nextEvent() <= until) {
            now = nextEvent();
            happen(devicesRecover);
            fill();
        }
        now = until;
    }

    private long nextEvent() {
        Stream<Long> ofRequests = waiting.stream()
                .flatMap(request ->
                        Stream.of(request.submitted + request.waitLimit / 2, request.submitted + request.waitLimit))
                .filter(time -> time > now);
        Stream<Long> ofMachines = machines.stream()
                .flatMap(machine -> Stream.concat(machine.widenAt.stream(), Stream.of(machine.probeAt)));
        return Stream.concat(ofRequests, ofMachines).min(Long::compare).orElse(Long.MAX_VALUE);
    }

    private void happen(boolean devicesRecover) {
        for (NaiveRequest request : List.copyOf(waiting)) {
            if (now == request.submitted + request.waitLimit) {
                waiting.remove(request);
                reject(request, "timeout");
            } else if (now == request.submitted + request.waitLimit / 2 && request.level < 2) {
                waiting.remove(request);
                request.level++;
                join(request);
            }
        }
        for (Machine machine : machines) {
            if (machine.widenAt.remove(now) && machine.limit > 0) {
                machine.limit = machine.slots;
            }
            if (machine.probeAt == now) {
                machine.probeDelay = Math.min(2 * machine.probeDelay, 300 * SECOND);
                machine.probeAt = devicesRecover ? Long.MAX_VALUE : now + machine.probeDelay;
                machine.limit = devicesRecover ? machine.slots : 0;
            }
        }
    }

    private void reject(NaiveRequest request, String reason) {
        rejections++;
        answer(request, reason);
    }

    private void answer(NaiveRequest request, String outcome) {
        String before = outcomes.put(request.id, request.silent ? "open" : outcome);
        if (!"open".equals(before)) {
            throw new IllegalStateException("the model answered twice: " + request.id);
        }
    }

    /** Waiting and running requests that were not cancelled, in order of submission. */
    List<NaiveRequest> open() {
        return Stream.concat(waiting.stream(), running.stream())
                .filter(request -> !request.silent)
                .sorted(Comparator.comparingInt(request -> request.number))
                .toList();
    }
}
