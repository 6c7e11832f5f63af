package io.xg2g.http;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real server as a process, which listens on a port of loopback. {@code close} kills it. */
public final class ServerProcess implements AutoCloseable {
    private static final String NGINX = """
            daemon off;
            master_process off;
            user root;
            pid nginx.pid;
            error_log stderr;
            events {}
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              server {
                client_max_body_size 64m;
                %s
              }
            }
            """;

    private final Process process;
    private final String name;

    private ServerProcess(Process process, String name) {
        this.process = process;
        this.name = name;
    }

    /**
     * Starts nginx, and waits until it listens.
     *
     * @param directory of its files, existing
     * @param server directives of its server, {@code listen} among them
     */
    public static ServerProcess nginx(Path directory, int port, String server) throws IOException {
        Path file = Files.writeString(directory.resolve("nginx.conf"), NGINX.formatted(server));
        return start(directory, port, List.of("nginx", "-p", directory.toString(), "-c", file.toString()));
    }

    /**
     * Starts a server, and waits until it listens.
     *
     * @param directory of its log, existing
     */
    public static ServerProcess start(Path directory, int port, List<String> command) throws IOException {
        String name = command.getFirst();
        Path log = directory.resolve("server.log");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException missing) {
            throw new AssertionError(
                    name + " is needed; install Debian's package " + name + ", or run make deps", missing);
        }
        Awaitility.await(name).atMost(Patience.seconds(120)).until(() -> {
            if (!process.isAlive()) {
                throw new AssertionError(name + " ended: " + Files.readString(log));
            }
            return listens(port);
        });
        return new ServerProcess(process, name);
    }

    private static boolean listens(int port) throws IOException {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (ConnectException notYet) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            process.destroyForcibly().onExit().get(10, TimeUnit.SECONDS);
        } catch (Exception stuck) {
            throw new AssertionError(name + " does not end", stuck);
        }
    }
}
