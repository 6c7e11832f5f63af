package io.xg2g.bench;

import io.xg2g.http.FreePort;
import io.xg2g.service.HttpSocket;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The packaged program as a child process, from its start. Closing it kills it. */
record StartedProgram(Process process, int port, int management, long began) implements AutoCloseable {

    /**
     * Returns the command of a packaged program on the JVM of this process.
     *
     * @param app its directory {@code quarkus-app}
     * @param cached whether it has and uses an ahead-of-time cache
     */
    static List<String> onJvm(Path app, boolean cached) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return Stream.of(
                        List.of(java, "--enable-native-access=ALL-UNNAMED"),
                        cached
                                ? List.of("-XX:AOTCache=" + app.resolve("app.aot"), "-XX:AOTMode=on")
                                : List.<String>of(),
                        List.of("-jar", app.resolve("quarkus-run.jar").toString()))
                .flatMap(List::stream)
                .toList();
    }

    static StartedProgram by(List<String> command) throws IOException {
        int port = FreePort.any();
        int management = FreePort.any();
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        builder.environment()
                .putAll(Map.of(
                        "QUARKUS_HTTP_PORT", Integer.toString(port),
                        "QUARKUS_MANAGEMENT_PORT", Integer.toString(management),
                        "XG2G_RATE_LIMIT_ENABLED", "false",
                        "XG2G_FFMPEG_WORK_DIR",
                                TemporaryDirectory.create("xg2g-bench").toString()));
        return new StartedProgram(builder.start(), port, management, System.nanoTime());
    }

    /** Seconds from the start until this request is answered with 200. */
    double until(int port, String path) throws IOException, InterruptedException {
        while (!answers(port, path)) {
            if (!process.isAlive()) {
                throw new IOException("the program ended with " + process.exitValue());
            }
            Thread.sleep(2);
        }
        return (System.nanoTime() - began) / 1e9;
    }

    private static boolean answers(int port, String path) {
        try (HttpSocket socket = HttpSocket.open(port)) {
            return socket.get(path).status() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    double resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
                .findFirst()
                .orElseThrow();
    }

    /** Processor time of the program so far, without its children. */
    Duration processorTime() {
        return process.toHandle().info().totalCpuDuration().orElseThrow();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
