package io.xg2g.cluster;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.DispatcherForCluster;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.Vendor;
import io.xg2g.http.InternalServers;
import io.xg2g.output.ToxicProxy;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Worker in the process of the test, with an encoder of the test. Its port is behind a proxy. */
final class WorkerUnderTest implements AutoCloseable {
    /** How gateways reach it. */
    private enum Reached {
        BY_PROXY,
        DIRECTLY,
        /** By the proxy, and only if they know of it: it is not connected to the broker. */
        WITHOUT_OFFERS
    }

    private static final Device GPU = new Device("gpu0", Vendor.NVIDIA, "gpu0", 0, "");

    final FakeEncoder encoder;
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final ToxicProxy proxy;
    final SlotOffers offers;
    final UnitServer units;

    private final Path directory;
    private final InnerServer server;
    private final Optional<SlotBroker> broker;

    /** Starts it. */
    static WorkerUnderTest start(Vertx vertx, ClusterSettings.Shared shared, int slots, Duration cost, Path directory)
            throws IOException {
        return new WorkerUnderTest(
                vertx, shared, slots, new FakeEncoder(cost), directory, client(vertx, shared), Reached.BY_PROXY);
    }

    /** Starts it with an encoder, and without the proxy. */
    static WorkerUnderTest direct(
            Vertx vertx, ClusterSettings.Shared shared, int slots, FakeEncoder encoder, Path directory)
            throws IOException {
        return new WorkerUnderTest(vertx, shared, slots, encoder, directory, client(vertx, shared), Reached.DIRECTLY);
    }

    /**
     * Starts it without a connection to a broker.
     *
     * @param client with which it transfers files
     */
    static WorkerUnderTest withoutBroker(
            Vertx vertx, ClusterSettings.Shared shared, int slots, Duration cost, Path directory, InnerClient client)
            throws IOException {
        return new WorkerUnderTest(
                vertx, shared, slots, new FakeEncoder(cost), directory, client, Reached.WITHOUT_OFFERS);
    }

    private static InnerClient client(Vertx vertx, ClusterSettings.Shared shared) {
        return new InnerClient(vertx, ClusterUnderTest.signatures(shared));
    }

    private WorkerUnderTest(
            Vertx vertx,
            ClusterSettings.Shared shared,
            int slots,
            FakeEncoder encoder,
            Path directory,
            InnerClient client,
            Reached reached)
            throws IOException {
        this.directory = Files.createDirectories(directory);
        this.encoder = encoder;
        Dispatcher dispatcher = DispatcherForCluster.worker(slots, registry, encoder);
        Signatures signatures = ClusterUnderTest.signatures(shared);
        int[] opened = new int[1];
        offers = new SlotOffers(
                () -> new SlotOffers.Self(shared.name(), "127.0.0.1", opened[0]),
                dispatcher::snapshot,
                () -> true,
                id -> Optional.of(GPU).filter(device -> device.id().equals(id)),
                registry,
                TimeSource.SYSTEM);
        units = new UnitServer(vertx, offers, client, work(dispatcher));
        server = new InnerServer(
                vertx, Optional.of(shared), signatures, new InternalServers(), routes -> units.serve(routes.router()));
        server.start();
        proxy = new ToxicProxy(server.port());
        opened[0] = reached == Reached.DIRECTLY ? server.port() : proxy.port();
        SlotMember member = new WorkerSlots(shared.broker().address(), new ClusterMessages(signatures), offers, units);
        broker = reached == Reached.WITHOUT_OFFERS
                ? Optional.empty()
                : Optional.of(new SlotBroker(vertx, shared, member, TimeSource.SYSTEM));
        broker.ifPresent(SlotBroker::start);
    }

    private UnitWork work(Dispatcher dispatcher) {
        return new UnitWork() {
            @Override
            public Uni<TranscodeResult> submit(TranscodeRequest request) {
                return dispatcher.submit(request);
            }

            @Override
            public boolean cancel(String id) {
                return dispatcher.cancel(id);
            }

            @Override
            public Path create() throws IOException {
                return Files.createTempDirectory(directory, "u");
            }

            @Override
            public void grant(Path path) {
                // The encoder is in this process.
            }

            @Override
            public void delete(Path path) {
                try (Stream<Path> all = Files.walk(path)) {
                    for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(each);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    /** Files of units that are there. */
    long files() throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.count();
        }
    }

    /** Ends as a process that is killed: all connections are closed at once. */
    void kill() throws IOException {
        broker.ifPresent(SlotBroker::close);
        proxy.close();
        server.close();
    }

    /** Ends as on SIGTERM: what was sent arrives. */
    void terminate() throws InterruptedException {
        broker.ifPresent(SlotBroker::drain);
        units.awaitIdle(Duration.ofSeconds(30));
        broker.ifPresent(SlotBroker::close);
        server.close();
    }

    @Override
    public void close() throws IOException {
        kill();
    }
}
