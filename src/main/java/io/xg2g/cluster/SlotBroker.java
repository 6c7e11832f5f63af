package io.xg2g.cluster;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.xg2g.connection.AmqpConnector;
import io.xg2g.connection.ConnectionException;
import io.xg2g.connection.ConnectionKeeper;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.RemoteCapacity;
import io.xg2g.dispatch.RemoteSlot;
import io.xg2g.dispatch.SlotDemand;
import io.xg2g.ffmpeg.DeviceReport;
import io.xg2g.ffmpeg.EncoderProbe;
import io.xg2g.gpu.Device;
import io.xg2g.process.WorkDirectory;
import io.xg2g.schedule.PeriodicTasks;
import io.xg2g.schedule.TimeSource;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jboss.logging.Logger;

/**
 * This program's part in the distribution of free slots: a worker offers its own on the broker, and encodes what gateways send; a
 * gateway receives offers for the requests that wait. A program on its own does nothing. Thread-safe.
 */
@Singleton
public class SlotBroker {
    /** Priority of the observers of start and shutdown: behind all that can refuse to start, and all that uses slots. */
    private static final int LATE = Integer.MAX_VALUE - 10;

    private static final Logger LOG = Logger.getLogger(SlotBroker.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);

    /** A member, and its connection. */
    private record Parts(SlotMember member, ConnectionKeeper<BrokerSession> keeper) {}

    private final Optional<Parts> parts;
    private final TimeSource time;
    private volatile boolean closed;

    /** Whether the work directory of this worker can be used. */
    private volatile boolean usable = true;

    @Inject
    SlotBroker(
            Vertx vertx,
            ClusterSettings settings,
            Signatures signatures,
            InnerServer server,
            InnerClient client,
            Members members,
            Dispatcher dispatcher,
            EncoderProbe probe,
            WorkDirectory work,
            MeterRegistry registry) {
        time = TimeSource.SYSTEM;
        parts = settings.shared().map(shared -> {
            String address = shared.broker().address();
            ClusterMessages messages = new ClusterMessages(signatures);
            SlotMember member;
            if (settings.role() == Role.WORKER) {
                SlotOffers offers = new SlotOffers(
                        () -> new SlotOffers.Self(shared.name(), shared.address(), server.port()),
                        dispatcher::snapshot,
                        () -> usable,
                        id -> device(probe, id),
                        registry,
                        time);
                UnitServer units = new UnitServer(vertx, offers, client, UnitWork.of(dispatcher, work));
                member = new WorkerSlots(address, messages, offers, units);
            } else {
                RemoteUnits units = new RemoteUnits(
                        client, new UnitFiles(vertx, signatures), new Workers(time), server::origin, registry, time);
                member = new GatewaySlots(
                        address,
                        messages,
                        units,
                        requests(dispatcher),
                        () -> members.gateways().size());
            }
            return parts(vertx, shared, member, time);
        });
    }

    /** Creates the part of a member. */
    SlotBroker(Vertx vertx, ClusterSettings.Shared shared, SlotMember member, TimeSource time) {
        this.time = time;
        parts = Optional.of(parts(vertx, shared, member, time));
    }

    private static Parts parts(Vertx vertx, ClusterSettings.Shared shared, SlotMember member, TimeSource time) {
        var connector = new AmqpConnector<BrokerSession>(
                vertx,
                shared.broker().connection(),
                "xg2g-" + shared.name(),
                (context, connection) -> new BrokerSession(context, connection, time));
        return new Parts(
                member,
                new ConnectionKeeper<>(
                        "broker " + shared.broker().connection().endpoint(),
                        connector,
                        time,
                        ClusterSettings.RECONNECT));
    }

    private static Optional<Device> device(EncoderProbe probe, String id) {
        return probe.finished().stream()
                .flatMap(List::stream)
                .map(DeviceReport::device)
                .filter(device -> device.id().equals(id))
                .findFirst();
    }

    private static GatewaySlots.Requests requests(Dispatcher dispatcher) {
        return new GatewaySlots.Requests() {
            @Override
            public void join(SlotDemand demand) {
                dispatcher.remote(demand);
            }

            @Override
            public void offer(RemoteSlot slot) {
                dispatcher.offer(slot);
            }

            @Override
            public void announce(RemoteCapacity capacity) {
                dispatcher.remote(capacity);
            }
        };
    }

    void serve(@Observes InnerRoutes routes) {
        parts.ifPresent(known -> known.member().serve(routes.router()));
    }

    void start(@Observes @Priority(LATE) StartupEvent event, PeriodicTasks tasks, WorkDirectory work) {
        start();
        if (parts.filter(known -> known.member() instanceof WorkerSlots).isPresent()) {
            tasks.every(
                    SlotOffers.PERIOD,
                    "work-directory",
                    () -> usable = work.unavailable().isEmpty());
        }
    }

    /** Begins to connect. */
    void start() {
        parts.ifPresent(known -> {
            known.member().start();
            known.keeper().start(() -> connected(known));
            tick(known);
        });
    }

    private static void connected(Parts known) {
        try {
            known.member().connected(known.keeper().session());
        } catch (ConnectionException ended) {
            LOG.debug("connection to the broker ended at once", ended);
        }
    }

    private void tick(Parts known) {
        if (!closed) {
            try {
                known.member().tick();
            } catch (RuntimeException bug) {
                LOG.error("slots not announced", bug);
            }
            var _ = time.schedule(PERIOD, () -> tick(known));
        }
    }

    /** Returns why the broker is away; empty if it is connected, or this program is on its own. */
    public Optional<String> unavailable() {
        return parts.map(known -> known.keeper().state())
                .filter(state -> !state.accepts())
                .map(state -> "broker: " + state.reason());
    }

    /** Returns the number of workers that announce themselves; empty if this program is no gateway. */
    public OptionalInt workers() {
        return parts.map(known -> known.member().workers()).orElseGet(OptionalInt::empty);
    }

    /** Returns the workers that announce themselves; none if this program is no gateway. */
    List<Member> workerMembers() {
        return parts.map(known -> known.member().workerMembers()).orElse(List.of());
    }

    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        drain();
    }

    /** Takes no further units; what runs continues. */
    void drain() {
        parts.ifPresent(known -> known.member().drain());
    }

    /**
     * Blocks until every unit that gateways have sent was answered.
     *
     * @param timeout maximum time
     */
    public void awaitIdle(Duration timeout) throws InterruptedException {
        if (parts.isPresent()) {
            parts.get().member().awaitIdle(timeout);
        }
    }

    void stop(@Observes @Priority(LATE) ShutdownEvent event) {
        close();
    }

    /** Ends the connection. */
    void close() {
        closed = true;
        parts.ifPresent(known -> known.keeper().close());
    }
}
