package io.xg2g.dispatch;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.xg2g.events.Event;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.GpuLoad;
import io.xg2g.gpu.Vendor;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Dispatcher with manual time, slots and probes. Every result is recorded. */
final class DispatcherSetup {
    final ManualTime time = new ManualTime();
    final ManualSlots slots = new ManualSlots();
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Dispatcher dispatcher;
    /** Results of the next probes by device; healthy by default. */
    final Map<String, Boolean> probes = new HashMap<>();
    /** Current load by device; unknown by default. */
    final Map<String, GpuLoad> loads = new HashMap<>();
    /** Events of the devices so far. */
    final List<Event> events = new ArrayList<>();
    /** Devices probed so far. */
    final List<String> probed = new ArrayList<>();

    /** Numbers of waiting requests of which a gateway has told, so far. */
    final List<List<Integer>> demand = new ArrayList<>();

    private final Map<String, TranscodeResult> answers = new LinkedHashMap<>();
    private final List<String> order = new ArrayList<>();
    private final Map<String, Throwable> failures = new HashMap<>();

    /** Settings of a setup. */
    static final class Options {
        private int size = 100;
        private int workers = 4;
        private Duration maxWait = Duration.ofSeconds(30);
        private boolean fair = true;
        private SoftwareConfig.Policy software = SoftwareConfig.Policy.AUTO;
        private List<DeviceCapacity> devices = List.of(gpu("gpu0", 64));
        private Tracer tracer = OpenTelemetry.noop().getTracer("test");

        Options size(int waiting) {
            size = waiting;
            return this;
        }

        Options workers(int slots) {
            workers = slots;
            return this;
        }

        Options maxWait(Duration waitLimit) {
            maxWait = waitLimit;
            return this;
        }

        Options fair(boolean takingTurns) {
            fair = takingTurns;
            return this;
        }

        Options software(SoftwareConfig.Policy policy) {
            software = policy;
            return this;
        }

        Options devices(DeviceCapacity... found) {
            devices = List.of(found);
            return this;
        }

        Options tracer(Tracer spans) {
            tracer = spans;
            return this;
        }

        /** Starts with probed, healthy devices. */
        DispatcherSetup start() {
            DispatcherSetup setup = new DispatcherSetup(this);
            setup.dispatcher.install(devices);
            return setup;
        }

        /** Starts as a gateway, with its devices and these workers, each with a slot. */
        DispatcherSetup startGateway(String... workers) {
            DispatcherSetup setup = start();
            setup.dispatcher.remote(setup.demand::add);
            setup.announce(workers);
            return setup;
        }

        /** Starts before the devices are probed. */
        DispatcherSetup beforeTheProbe() {
            return new DispatcherSetup(this);
        }
    }

    private DispatcherSetup(Options options) {
        dispatcher = new Dispatcher(
                new QueueSettings(options.size, options.workers, options.maxWait, options.fair, options.software),
                slots,
                device -> Uni.createFrom().item(() -> {
                    probed.add(device.id());
                    return probes.getOrDefault(device.id(), true);
                }),
                device -> loads.getOrDefault(device.id(), GpuLoad.UNKNOWN),
                time,
                registry,
                options.tracer,
                events::add);
    }

    static Options with() {
        return new Options();
    }

    /** A gateway without devices. */
    static DispatcherSetup gateway(String... workers) {
        return with().devices().startGateway(workers);
    }

    static DispatcherSetup oneSlot() {
        return with().workers(1).start();
    }

    static DeviceCapacity gpu(String id, int slots) {
        return capacity(new Device(id, Vendor.NVIDIA, id, 0, ""), slots);
    }

    static DeviceCapacity software(int slots) {
        return capacity(Device.SOFTWARE, slots);
    }

    static DeviceCapacity capacity(Device device, int slots) {
        return new DeviceCapacity(device, slots, 0, 0, Set.of());
    }

    /** Sets the workers, each with a slot. */
    void announce(String... workers) {
        dispatcher.remote(new RemoteCapacity(Set.of(workers), Set.of(workers), workers.length, 0, workers.length, 1));
    }

    /** Offers a slot of this worker. */
    ManualRemoteSlot offer(String worker) {
        ManualRemoteSlot slot = new ManualRemoteSlot(worker, Vendor.NVIDIA, slots, false);
        dispatcher.offer(slot);
        return slot;
    }

    /** Submits requests of normal priority with these ids. */
    void submit(String... ids) {
        for (String id : ids) {
            submit(Requests.normal(id));
        }
    }

    void preview(String... ids) {
        for (String id : ids) {
            submit(Requests.preview(id));
        }
    }

    Cancellable submit(TranscodeRequest request) {
        return dispatcher.submit(request).subscribe().with(answer -> keep(request.id(), answer), failure -> {
            failures.put(request.id(), failure);
        });
    }

    private void keep(String id, TranscodeResult answer) {
        answers.put(id, answer);
        order.add(id);
    }

    /** Completes running units, one after the other, until none runs. */
    void completeAll() {
        while (!slots.running().isEmpty()) {
            slots.complete(slots.running().getFirst());
        }
    }

    /** The result of this request, or {@code null} while there is none. */
    TranscodeResult answer(String id) {
        return answers.get(id);
    }

    /** The failure of this request's submission, or {@code null}. */
    Throwable failure(String id) {
        return failures.get(id);
    }

    /** The ids of all results so far, in order; a resubmitted id can repeat. */
    List<String> answered() {
        return List.copyOf(order);
    }

    /** Outcome of the request, in one word. */
    String outcome(String id) {
        return switch (answers.get(id)) {
            case null -> "open";
            case TranscodeResult.Completed _ -> "completed";
            case TranscodeResult.Rejected rejected -> rejected.reason().code();
            case TranscodeResult.Failed failed -> failed.failure().kind().code();
            case TranscodeResult.Cancelled _ -> "cancelled";
        };
    }

    double gauge(String name, String... tags) {
        return registry.get(name).tags(tags).gauge().value();
    }

    double rejections(String reason) {
        return registry.get("xg2g.gpu.queue.rejections")
                .tag("reason", reason)
                .counter()
                .count();
    }
}
