package io.xg2g.service;

import io.xg2g.connection.TestServers;
import io.xg2g.ffmpeg.SimulatedGpu;
import io.xg2g.http.FreePort;
import io.xg2g.http.ServerProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A cluster on this machine without containers: gateways and workers (the packaged program), Artemis, Redis, and nginx, which sends
 * the requests to the gateways in turns. Each part is a process on free ports of loopback, which can be paused, killed and started
 * again. Closing it kills all.
 */
public final class RunningCluster implements AutoCloseable {
    private static final String SECRET = "a secret of the tests, of 32 characters";

    /** Directives of a location of the proxy; clients have the address that they have for the proxy. */
    private static final String LOCATION = """
            location / {
              proxy_pass http://%s;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_set_header Host $http_host;
              proxy_set_header X-Forwarded-For $remote_addr;
              proxy_set_header X-Forwarded-Proto $scheme;
              proxy_set_header X-Forwarded-Host $http_host;
              proxy_request_buffering off;
              proxy_buffering off;
              proxy_connect_timeout 2s;
              proxy_read_timeout 10m;
              # Another gateway gets a request that one cannot take, as behind a service that heeds readiness.
              proxy_next_upstream error timeout http_503;
            }
            """;

    private static final String PROXY = """
            log_format turns '$time_iso8601 $status "$upstream_status" "$upstream_addr" $request_time "$request"';
            upstream requests {
              %1$s
              keepalive 64;
            }
            upstream connections {
              hash $connection;
              %1$s
            }
            server {
              listen 127.0.0.1:%2$d;
              access_log requests.log turns;
              %3$s
            }
            server {
              listen 127.0.0.1:%4$d;
              access_log connections.log turns;
              %5$s
            }
            """;

    /**
     * What is started.
     *
     * @param port of the proxy
     * @param onGateways configuration of the gateways, beside what makes them members
     * @param onWorkers configuration of the workers
     */
    public record Layout(
            int gateways, int workers, int port, Map<String, String> onGateways, Map<String, String> onWorkers) {
        /** Gateways and workers with their usual configuration, and a proxy on a free port. */
        public static Layout of(int gateways, int workers) {
            return new Layout(gateways, workers, FreePort.any(), Map.of(), Map.of());
        }

        public Layout onGateways(Map<String, String> configuration) {
            return new Layout(gateways, workers, port, with(onGateways, configuration), onWorkers);
        }

        public Layout onWorkers(Map<String, String> configuration) {
            return new Layout(gateways, workers, port, onGateways, with(onWorkers, configuration));
        }

        /**
         * Workers with simulated GPUs, whose units take time and hardly any CPU.
         *
         * @param directory of their files, existing
         * @param cost time of each rendition of a unit
         * @param slots of each worker
         */
        public Layout onSimulatedGpus(Path directory, Duration cost, int slots) {
            String number = Integer.toString(slots);
            return onWorkers(Map.of(
                    "xg2g.ffmpeg.path", SimulatedGpu.install(directory, cost).toString(),
                    "xg2g.gpu.queue.workers", number,
                    "xg2g.gpu.software.slots", number));
        }

        private static Map<String, String> with(Map<String, String> some, Map<String, String> further) {
            Map<String, String> all = new TreeMap<>(some);
            all.putAll(further);
            return all;
        }
    }

    /** Ways of sending requests to gateways in turns. */
    public enum Turns {
        /** Each request goes to the next gateway. */
        REQUESTS,
        /** All requests of a connection go to one gateway. */
        CONNECTIONS
    }

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final Thread atShutdown = new Thread(this::end);
    private boolean closed;
    private final List<ClusterMember> gateways = new ArrayList<>();
    private final List<ClusterMember> workers = new ArrayList<>();
    private final Path directory;
    private final ServerProcess broker;
    private final ServerProcess redis;
    private final int requestsPort;
    private final int connectionsPort = FreePort.any();

    private RunningCluster(Path directory, Layout layout) {
        this.directory = directory;
        requestsPort = layout.port();
        Runtime.getRuntime().addShutdownHook(atShutdown);
        try {
            redis = opened(TestServers.redis(directory, "--appendonly", "yes"));
            broker = opened(TestServers.artemisWithJournal(directory));
            Map<String, String> shared = Map.of(
                    "xg2g.cluster.address",
                    "127.0.0.1",
                    "xg2g.cluster.host",
                    "127.0.0.1",
                    "xg2g.cluster.secret",
                    SECRET,
                    "xg2g.cluster.broker.url",
                    "amqp://127.0.0.1:" + broker.port(),
                    "xg2g.cluster.broker.username",
                    TestServers.USER,
                    "xg2g.cluster.broker.password",
                    TestServers.PASSWORD);
            Layout all = layout.onWorkers(shared)
                    .onWorkers(Map.of("xg2g.role", "worker"))
                    .onGateways(shared)
                    .onGateways(Map.of(
                            "xg2g.role", "gateway",
                            "xg2g.gpu.software.policy", "never",
                            "xg2g.http.trusted-proxies", "127.0.0.1",
                            "xg2g.cluster.redis.url", "redis://127.0.0.1:" + redis.port(),
                            "xg2g.cluster.redis.password", TestServers.PASSWORD));
            launch(gateways, all.gateways(), "gateway-", directory, all.onGateways());
            launch(workers, all.workers(), "worker-", directory, all.onWorkers());
            opened(proxy(directory));
            redis.await();
            broker.await();
            members().forEach(member -> member.service().awaitReady());
        } catch (IOException | RuntimeException | Error broken) {
            close();
            throw new AssertionError("a part of the cluster does not start; the logs are in " + directory, broken);
        }
    }

    /**
     * Starts a cluster, and waits until all of it is ready. If a part does not start, the others end.
     *
     * @param directory of files and logs; what is in it is deleted first
     */
    public static RunningCluster start(Path directory, Layout layout) {
        try {
            clean(directory);
            return new RunningCluster(Files.createDirectories(directory).toAbsolutePath(), layout);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void clean(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> all = Files.walk(directory)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private void launch(
            List<ClusterMember> members, int number, String name, Path directory, Map<String, String> settings) {
        IntStream.rangeClosed(1, number)
                .forEach(i -> members.add(opened(ClusterMember.launch(name + i, directory, settings))));
    }

    private ServerProcess proxy(Path directory) throws IOException {
        String servers = gateways.stream()
                .map(gateway -> "server 127.0.0.1:" + gateway.port() + " max_fails=0;")
                .collect(Collectors.joining("\n"));
        return ServerProcess.nginxWith(
                directory,
                requestsPort,
                PROXY.formatted(
                        servers,
                        requestsPort,
                        LOCATION.formatted("requests"),
                        connectionsPort,
                        LOCATION.formatted("connections")));
    }

    private synchronized <T extends AutoCloseable> T opened(T part) {
        parts.add(part);
        if (closed) {
            end(part);
            throw new IllegalStateException("the cluster ends while it starts");
        }
        return part;
    }

    public List<ClusterMember> gateways() {
        return gateways;
    }

    public ClusterMember gateway(int index) {
        return gateways.get(index);
    }

    public List<ClusterMember> workers() {
        return workers;
    }

    public ClusterMember worker(int index) {
        return workers.get(index);
    }

    /** Gateways and workers. */
    public List<ClusterMember> members() {
        return Stream.concat(gateways.stream(), workers.stream()).toList();
    }

    public ServerProcess broker() {
        return broker;
    }

    public ServerProcess redis() {
        return redis;
    }

    /** The gateway on which a channel runs: only running channels have metrics. */
    ClusterMember owner(String channel) {
        return Awaitility.await("the owner of " + channel)
                .until(
                        () -> gateways.stream()
                                .filter(ClusterMember::isRunning)
                                .filter(gateway ->
                                        gateway.service().metric("xg2g_live_viewers", "channel=\"" + channel + "\"")
                                                > 0)
                                .toList(),
                        owners -> owners.size() == 1)
                .getFirst();
    }

    /** URI at the proxy. */
    public URI uri(Turns turns, String path) {
        return URI.create("http://127.0.0.1:" + (turns == Turns.REQUESTS ? requestsPort : connectionsPort) + path);
    }

    /** URI at the proxy, with turns for each request. */
    public URI uri(String path) {
        return uri(Turns.REQUESTS, path);
    }

    /** The log of the proxy: time, status, the statuses and addresses of the gateways that were asked, seconds, and request. */
    List<String> requests(Turns turns) {
        try {
            return Files.readAllLines(directory.resolve(turns == Turns.REQUESTS ? "requests.log" : "connections.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lines of the log of the proxy for answers other than of success. */
    List<String> failedRequests(Turns turns) {
        // 499: the client has left.
        return requests(turns).stream()
                .filter(line -> line.matches("\\S+ (4(?!99)|5)\\d\\d .*"))
                .toList();
    }

    /** Sum of the series of a metric, of all members that run. */
    public double metric(List<ClusterMember> members, String metric, String... containing) {
        return members.stream()
                .filter(ClusterMember::isRunning)
                .mapToDouble(member -> member.service().metric(metric, containing))
                .sum();
    }

    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(atShutdown);
        } catch (IllegalStateException ending) {
            // The JVM ends: the hook runs.
        }
    }

    private void end() {
        List<AutoCloseable> all;
        synchronized (this) {
            closed = true;
            all = List.copyOf(parts);
        }
        // All at once: each may write its coverage first.
        all.parallelStream().forEach(RunningCluster::end);
    }

    private static void end(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception stuck) {
            throw new AssertionError(stuck);
        }
    }
}
