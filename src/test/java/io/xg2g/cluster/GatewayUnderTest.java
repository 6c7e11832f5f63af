package io.xg2g.cluster;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.file.OpenOptions;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.DispatcherForCluster;
import io.xg2g.dispatch.RemoteCapacity;
import io.xg2g.dispatch.RemoteSlot;
import io.xg2g.dispatch.SlotDemand;
import io.xg2g.ffmpeg.Codec;
import io.xg2g.ffmpeg.Container;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.Profile;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.ffmpeg.TranscodeUnit;
import io.xg2g.http.InternalServers;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Gateway without devices in the process of the test. */
final class GatewayUnderTest implements AutoCloseable {
    private static final MediaInfo SOURCE = new MediaInfo(
            "mpegts", Duration.ofSeconds(2), new MediaInfo.Video("h264", 1920, 1080, "yuv420p", false, 25, 1), null);
    private static final Profile PROFILE =
            new Profile.Ladder("720p", List.of(new RenditionSpec("720p", Codec.H264, 720, 3_000_000, 50)));

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Dispatcher dispatcher = DispatcherForCluster.gateway(registry);
    final Workers workers;
    final UnitFiles files;
    final RemoteUnits units;

    /** Files of renditions that were or are being opened. */
    final AtomicInteger opening = new AtomicInteger();

    /** Before files of renditions are open. */
    volatile Future<Void> disk = Future.succeededFuture();

    private final Path directory;
    private final Path input;
    private final AtomicInteger numbers = new AtomicInteger();
    private final InnerServer server;
    private final EchoingMember member;
    private final SlotBroker broker;

    /**
     * Creates it.
     *
     * @param time of the watch over silent workers
     */
    GatewayUnderTest(Vertx vertx, ClusterSettings.Shared shared, int gateways, TimeSource time, Path directory)
            throws IOException {
        this.directory = Files.createDirectories(directory);
        input = Files.write(directory.resolve("input.ts"), new byte[300_000]);
        Signatures signatures = ClusterUnderTest.signatures(shared);
        workers = new Workers(time);
        files = new UnitFiles(signatures, part -> {
            opening.incrementAndGet();
            return disk.compose(_ -> vertx.fileSystem()
                    .open(
                            part.toString(),
                            new OpenOptions().setWrite(true).setCreate(true).setTruncateExisting(true)));
        });
        InnerServer[] opened = new InnerServer[1];
        units = new RemoteUnits(
                new InnerClient(vertx, signatures), files, workers, () -> opened[0].origin(), registry, time);
        member = new EchoingMember(new GatewaySlots(
                shared.broker().address(),
                new ClusterMessages(signatures),
                units,
                new GatewaySlots.Requests() {
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
                },
                () -> gateways));
        server = new InnerServer(
                vertx, Optional.of(shared), signatures, new InternalServers(), routes -> member.serve(routes.router()));
        server.start();
        opened[0] = server;
        broker = new SlotBroker(vertx, shared, member, TimeSource.SYSTEM);
    }

    /** Connects to the broker. */
    GatewayUnderTest start() {
        broker.start();
        return this;
    }

    /** Creates a unit with a directory of its own. */
    TranscodeUnit unit() throws IOException {
        return unit(input);
    }

    /** Creates a unit with an input and a directory of its own. */
    TranscodeUnit unit(Path input) throws IOException {
        Path outputs = Files.createDirectory(directory.resolve("out" + numbers.incrementAndGet()));
        return new TranscodeUnit(input, SOURCE, PROFILE, Container.MP4, outputs);
    }

    /** Returns the answer of the broker's connection: why there is none. */
    Optional<String> unavailable() {
        return broker.unavailable();
    }

    /** Waits until the broker knows how many requests wait here. */
    void awaitBroker() {
        member.awaitEcho();
    }

    /** Ends as a process that is killed: all connections are closed at once. */
    void kill() {
        broker.close();
        server.close();
        units.client().close();
    }

    @Override
    public void close() {
        kill();
    }
}
