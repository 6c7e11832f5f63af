package io.xg2g.service;

import io.xg2g.service.RunningCluster.Turns;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** Starts a {@link RunningCluster} for development, and ends it when this program is told to end, or when a part does not start. */
public final class StartCluster {
    private static final Path DIRECTORY = Path.of("target", "cluster");
    private static final int PORT = 8080;

    private StartCluster() {}

    /**
     * Runs until it is told to end.
     *
     * @param args numbers of gateways and of workers, 1 to 9 each
     */
    public static void main(String[] args) throws Exception {
        if (args.length != 2 || !args[0].matches("[1-9]") || !args[1].matches("[1-9]")) {
            System.err.println(
                    "GATEWAYS and WORKERS are numbers from 1 to 9, not " + String.join(" and ", args));
            System.exit(2);
        }
        if (!isFree(PORT)) {
            System.err.println("port " + PORT + " is in use");
            System.exit(1);
        }
        clean();
        int workers = Integer.parseInt(args[1]);
        int slots = Math.max(1, Runtime.getRuntime().availableProcessors() / workers);
        RunningCluster.Layout layout = new RunningCluster.Layout(
                Integer.parseInt(args[0]),
                workers,
                PORT,
                Map.of("xg2g.live.demo", "true", "xg2g.source.allow", "public,127.0.0.1"),
                Map.of("xg2g.gpu.software.slots", Integer.toString(slots)));
        System.out.println("The cluster starts; its logs are in " + DIRECTORY + ".");
        try {
            RunningCluster cluster = RunningCluster.start(DIRECTORY, layout);
            print(cluster, System.out);
            reportEnds(cluster);
        } catch (AssertionError broken) {
            System.err.println(broken.getMessage() + ": " + broken.getCause().getMessage());
            System.exit(1);
        }
    }

    private static boolean isFree(int port) throws IOException {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (BindException taken) {
            return false;
        }
    }

    private static void clean() throws IOException {
        if (Files.exists(DIRECTORY)) {
            try (Stream<Path> all = Files.walk(DIRECTORY)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    private static void print(RunningCluster cluster, PrintStream out) {
        out.printf("%n%-12s %s%n", "proxy", cluster.uri("/") + ", in turns for each request");
        out.printf("%-12s %s%n", "", cluster.uri(Turns.CONNECTIONS, "/") + ", in turns for each connection");
        for (ClusterMember gateway : cluster.gateways()) {
            out.printf(
                    "%-12s %s, %s%n",
                    gateway.name(),
                    gateway.api("/"),
                    gateway.service().management("/metrics"));
        }
        for (ClusterMember worker : cluster.workers()) {
            out.printf("%-12s %s%n", worker.name(), worker.service().management("/metrics"));
        }
        out.printf("%-12s amqp://127.0.0.1:%d%n", "broker", cluster.broker().port());
        out.printf("%-12s redis://127.0.0.1:%d%n", "redis", cluster.redis().port());
        out.printf("%nCtrl-C ends it.%n");
    }

    /** Reports members that end, for instance killed ones. */
    private static void reportEnds(RunningCluster cluster) throws InterruptedException {
        for (ClusterMember member : cluster.members()) {
            member.service().process().onExit().thenAccept(ended -> {
                if (!cluster.isClosed()) {
                    System.out.println(member.name() + " ended with status " + ended.exitValue());
                }
            });
        }
        Thread.currentThread().join();
    }
}
