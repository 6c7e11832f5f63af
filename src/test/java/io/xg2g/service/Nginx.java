package io.xg2g.service;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;

/** Real nginx that terminates TLS and serves a service under a path. {@code close} kills it. */
final class Nginx implements AutoCloseable {
    /** The removed path prefix. */
    static final String PREFIX = "/xg2g";

    private static final String CONFIGURATION = """
            daemon off;
            master_process off;
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
                listen 127.0.0.1:%d ssl;
                server_name localhost;
                ssl_certificate %s;
                ssl_certificate_key %s;
                client_max_body_size 64m;
                location %s/ {
                  proxy_pass http://%s/;
                  proxy_http_version 1.1;
                  proxy_request_buffering off;
                  %s
                }
              }
            }
            """;

    private final Process process;
    private final int port;

    private Nginx(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a proxy in front of a service.
     *
     * @param port listen port
     * @param directives further directives of the location, for instance the forwarding headers
     */
    static Nginx start(int port, Path directory, Certificate certificate, RunningService service, String directives)
            throws IOException {
        Path configuration = Files.writeString(
                directory.resolve("nginx.conf"),
                CONFIGURATION.formatted(
                        port,
                        certificate.chain(),
                        certificate.key(),
                        PREFIX,
                        service.api("").getAuthority(),
                        directives));
        Process process;
        try {
            process = new ProcessBuilder(List.of("nginx", "-p", directory.toString(), "-c", configuration.toString()))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("nginx.log").toFile())
                    .start();
        } catch (IOException missing) {
            throw new AssertionError("nginx is needed; install Debian's package nginx, or run make deps", missing);
        }
        Nginx nginx = new Nginx(process, port);
        Awaitility.await("nginx").atMost(Patience.seconds(60)).until(() -> nginx.listens(directory));
        return nginx;
    }

    private boolean listens(Path directory) throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("nginx ended: " + Files.readString(directory.resolve("nginx.log")));
        }
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (ConnectException notYet) {
            return false;
        }
    }

    /** Public URL of the service, with a trailing slash. */
    static URI base(int port) {
        return URI.create("https://localhost:" + port + PREFIX + "/");
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
