package io.xg2g.connection;

import io.xg2g.http.FreePort;
import io.xg2g.http.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Redis of Debian, and Artemis (src/test/artemis), on free ports of loopback. They are started without waiting for them. */
public final class TestServers {
    /** User of Artemis. */
    public static final String USER = "xg2g";

    /** Password of both. */
    public static final String PASSWORD = "s3cr3t";

    private TestServers() {}

    /**
     * Starts Redis without a file of its data.
     *
     * @param directory in which it runs, and of its log, existing
     * @param options further options and their values
     */
    public static ServerProcess redis(Path directory, String... options) {
        int port = FreePort.any();
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--requirepass",
                PASSWORD));
        command.addAll(List.of(options));
        return ServerProcess.launch("redis", port, directory, command, Map.of());
    }

    /**
     * Starts Artemis, which keeps messages in memory.
     *
     * @param directory in which it runs, and of its log, existing
     */
    public static ServerProcess artemis(Path directory) {
        return artemis(directory, List.of());
    }

    /**
     * Starts Artemis with a journal in the directory.
     *
     * @param directory in which it runs, and of its log and journal, existing
     */
    public static ServerProcess artemisWithJournal(Path directory) {
        return artemis(
                directory, List.of(directory.resolve("artemis").toAbsolutePath().toString()));
    }

    private static ServerProcess artemis(Path directory, List<String> journal) {
        int port = FreePort.any();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target/artemis").toAbsolutePath() + "/*",
                Path.of("src/test/artemis/ArtemisServer.java").toAbsolutePath().toString(),
                Integer.toString(port),
                PASSWORD));
        command.addAll(journal);
        return ServerProcess.launch("artemis", port, directory, command, Map.of());
    }
}
