package io.xg2g.http;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A real server as a process, which listens on a port of loopback, and can be paused, killed and started again. {@code close} kills
 * it.
 */
public final class ServerProcess implements AutoCloseable {
    private static final int END_SECONDS = 20;

    private static final String NGINX = """
            daemon off;
            master_process off;
            user root;
            pid nginx.pid;
            error_log stderr;
            events {
              worker_connections 4096;
            }
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              client_max_body_size 64m;
              %s
            }
            """;

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
        process = launch();
    }

    /**
     * Starts nginx, and waits until it listens.
     *
     * @param directory of its files, existing
     * @param server directives of its server, {@code listen} among them
     */
    public static ServerProcess nginx(Path directory, int port, String server) throws IOException {
        return nginxWith(directory, port, "server {\n" + server + "\n}");
    }

    /**
     * Starts nginx, and waits until it listens.
     *
     * @param directory of its files, existing
     * @param http its servers, and what they need
     */
    public static ServerProcess nginxWith(Path directory, int port, String http) throws IOException {
        Path file = Files.writeString(directory.resolve("nginx.conf"), NGINX.formatted(http));
        return start(directory, port, List.of("nginx", "-p", directory.toString(), "-c", file.toString()));
    }

    /**
     * Starts a server, and waits until it listens.
     *
     * @param directory in which it runs, and of its log, existing
     */
    public static ServerProcess start(Path directory, int port, List<String> command) {
        ServerProcess server =
                launch(Path.of(command.getFirst()).getFileName().toString(), port, directory, command, Map.of());
        server.await();
        return server;
    }

    /**
     * Starts a server, and does not wait for it.
     *
     * @param name of its log
     * @param directory in which it runs, and of its log, existing
     */
    public static ServerProcess launch(
            String name, int port, Path directory, List<String> command, Map<String, String> environment) {
        return new ServerProcess(name, port, directory, command, environment);
    }

    private Process launch() {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new AssertionError(name + " does not start; `make deps` installs it", e);
        }
    }

    /** Starts it again after it has ended. */
    public void start() {
        process = launch();
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

    /** Processor time that its process has used. */
    public Duration processorTime() {
        return process.toHandle().info().totalCpuDuration().orElseThrow();
    }

    /** Stops all its processes until {@link #resume}: connections stay, and nothing is answered. */
    public void pause() {
        signal("STOP");
    }

    public void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        processes().forEach(each -> {
            try {
                run("kill", "-" + signal, Long.toString(each.pid()));
            } catch (AssertionError failed) {
                // RabbitMQ has children that live for a moment.
                if (each.isAlive()) {
                    throw failed;
                }
            }
        });
    }

    /** Kills it at once, with its children. */
    public void kill() {
        List<ProcessHandle> all = processes().toList();
        all.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(all);
    }

    /** Ends it in order (SIGTERM), and waits for that. */
    public void terminate() {
        List<ProcessHandle> all = processes().toList();
        process.toHandle().destroy();
        awaitEnd(all);
    }

    private void awaitEnd(List<ProcessHandle> all) {
        try {
            for (ProcessHandle each : all) {
                each.onExit().get(Patience.seconds(END_SECONDS).toSeconds(), TimeUnit.SECONDS);
            }
        } catch (Exception stuck) {
            throw new AssertionError(name + " does not end", stuck);
        }
    }

    private Stream<ProcessHandle> processes() {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants());
    }

    /** Runs a command with the environment of the server, and fails if it does. */
    public String run(String... command) {
        try {
            ProcessBuilder tool = new ProcessBuilder(command).redirectErrorStream(true);
            tool.environment().putAll(builder.environment());
            Process running = tool.start();
            String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
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
