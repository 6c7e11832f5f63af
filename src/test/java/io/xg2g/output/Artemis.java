package io.xg2g.output;

import io.xg2g.http.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Artemis (src/test/artemis) as a process, in memory: what it has is gone after a restart. */
public final class Artemis {
    /** The only user. */
    public static final String USER = "camera";

    private Artemis() {}

    /** Starts it, and does not wait for it. */
    public static ServerProcess start(Path directory, String password) throws IOException {
        int port = FreePort.any();
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Path.of("target/artemis").toAbsolutePath() + "/*",
                Path.of("src/test/artemis/ArtemisServer.java").toAbsolutePath().toString(),
                Integer.toString(port),
                password);
        return ServerProcess.start("artemis", port, directory, command, Map.of());
    }
}
