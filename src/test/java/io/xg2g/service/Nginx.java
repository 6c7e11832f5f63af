package io.xg2g.service;

import io.xg2g.http.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** Real nginx that terminates TLS and serves a service under a path. {@code close} kills it. */
final class Nginx implements AutoCloseable {
    /** The removed path prefix. */
    static final String PREFIX = "/xg2g";

    private static final String SERVER = """
            listen 127.0.0.1:%d ssl;
            server_name localhost;
            ssl_certificate %s;
            ssl_certificate_key %s;
            location %s/ {
              proxy_pass http://%s/;
              proxy_http_version 1.1;
              proxy_request_buffering off;
              %s
            }
            """;

    private final ServerProcess process;

    private Nginx(ServerProcess process) {
        this.process = process;
    }

    /**
     * Starts a proxy in front of a service.
     *
     * @param port listen port
     * @param directives further directives of the location, for instance the forwarding headers
     */
    static Nginx start(int port, Path directory, Certificate certificate, RunningService service, String directives)
            throws IOException {
        return new Nginx(ServerProcess.nginx(
                directory,
                port,
                SERVER.formatted(
                        port,
                        certificate.chain(),
                        certificate.key(),
                        PREFIX,
                        service.api("").getAuthority(),
                        directives)));
    }

    /** Public URL of the service, with a trailing slash. */
    static URI base(int port) {
        return URI.create("https://localhost:" + port + PREFIX + "/");
    }

    @Override
    public void close() {
        process.close();
    }
}
