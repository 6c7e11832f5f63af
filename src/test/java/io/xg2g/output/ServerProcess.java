package io.xg2g.output;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A server of the tests as a process, which can be paused, killed and started again. Closing it kills it. */
public final class ServerProcess implements AutoCloseable {
    private final String name;
    private final int port;
    private final Path log;
    private final ProcessBuilder builder;
    private Process process;

    private ServerProcess(
            String name, int port, Path directory, List<String> command, Map<String, String> environment) {
        this.name = name;
        this.port = port;
        log = directory.resolve(name + ".log");
        builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
    }

    /** Starts a server, and does not wait for it. */
    public static ServerProcess start(
            String name, int port, Path directory, List<String> command, Map<String, String> environment) {
        ServerProcess server = new ServerProcess(name, port, directory, command, environment);
        server.start();
        return server;
    }

    public void start() {
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new AssertionError(name + " does not start; `make deps` installs it", e);
        }
    }

    /** Waits until it listens. */
    public void await() {
        Awaitility.await(name).atMost(Patience.seconds(120)).until(this::listens);
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError(name + " ended:\n" + Files.readString(log));
        }
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (ConnectException notYet) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    /** Stops all its processes until {@link #resume}: connections stay, and nothing is answered. */
    public void pause() {
        signal("STOP");
    }

    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        processes().forEach(each -> run("kill", "-" + signal, Long.toString(each.pid())));
    }

    /** Kills it at once. */
    public void kill() {
        List<ProcessHandle> all = processes().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        try {
            process.onExit().get(20, TimeUnit.SECONDS);
            for (ProcessHandle each : all) {
                each.onExit().get(20, TimeUnit.SECONDS);
            }
        } catch (Exception stuck) {
            throw new AssertionError(name + " does not end", stuck);
        }
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** Runs a command with the environment of the server, and fails if it does. */
    String run(String... command) {
        try {
            ProcessBuilder tool = new ProcessBuilder(command).redirectErrorStream(true);
            tool.environment().putAll(builder.environment());
            Process running = tool.start();
            String output =
                    new String(running.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (running.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ":\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            kill();
        }
    }
}
