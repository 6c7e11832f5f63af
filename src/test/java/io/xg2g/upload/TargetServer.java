package io.xg2g.upload;

import io.xg2g.http.FreePort;
import io.xg2g.http.ServerProcess;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A real server to upload to, as a process, which can be stopped and started again. Closing it kills it. */
public final class TargetServer implements AutoCloseable {
    private static final String SECRET = "0123456789abcdef";
    private static final String BUCKET = "live-tv";

    private static final String NGINX = """
            listen 127.0.0.1:%d;
            root files;
            location / {
              dav_methods PUT DELETE MKCOL;
            }
            """;

    private static final String S3PROXY = """
            s3proxy.endpoint=http://127.0.0.1:%d
            s3proxy.authorization=aws-v4
            s3proxy.identity=uploader
            s3proxy.credential=%s
            jclouds.provider=filesystem-nio2
            jclouds.filesystem.basedir=%s
            """;

    /** Kinds of servers. */
    public enum Kind {
        /** nginx with its WebDAV module, which creates no collections by itself. */
        NGINX,
        /** s3proxy, which checks signatures. */
        S3PROXY
    }

    private final Kind kind;
    private final Path directory;
    private final int port = FreePort.any();
    private ServerProcess process;

    private TargetServer(Kind kind, Path directory) throws IOException {
        this.kind = kind;
        this.directory = Files.createDirectories(directory);
        Files.createDirectories(directory.resolve("files"));
        Files.createDirectories(directory.resolve("s3").resolve(BUCKET));
        process = launch();
    }

    /** Starts a server. */
    public static TargetServer start(Kind kind, Path directory) throws IOException {
        return new TargetServer(kind, directory);
    }

    /** Starts it again, with the files it had. */
    public void restart() throws IOException {
        process = launch();
    }

    private ServerProcess launch() throws IOException {
        return switch (kind) {
            case NGINX -> ServerProcess.nginx(directory, port, NGINX.formatted(port));
            case S3PROXY -> {
                Path file = Files.writeString(
                        directory.resolve("s3.properties"), S3PROXY.formatted(port, SECRET, directory.resolve("s3")));
                yield ServerProcess.start(
                        directory,
                        port,
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx128m",
                                "-XX:TieredStopAtLevel=1",
                                "-DLOG_LEVEL=warn",
                                "-cp",
                                Path.of("target/s3proxy").toAbsolutePath() + "/*",
                                "org.gaul.s3proxy.Main",
                                "--properties",
                                file.toString()));
            }
        };
    }

    /** Returns the names of what a playlist or a manifest requires. */
    public static Set<String> names(String playlist, byte[] content) {
        return UploadedPlaylist.names(playlist, content);
    }

    public int port() {
        return port;
    }

    /** Returns the configuration of the program for this server, or for a proxy before it. */
    public Map<String, String> configuration(int atPort) {
        return switch (kind) {
            case NGINX -> Map.of("xg2g.upload.url", "http://127.0.0.1:" + atPort + "/a/b/");
            case S3PROXY ->
                Map.of(
                        "xg2g.upload.s3.endpoint",
                        "http://127.0.0.1:" + atPort,
                        "xg2g.upload.s3.bucket",
                        BUCKET,
                        "xg2g.upload.s3.prefix",
                        "a/b",
                        "xg2g.upload.s3.path-style",
                        "true",
                        "xg2g.upload.s3.access-key",
                        "uploader",
                        "xg2g.upload.s3.secret-key",
                        SECRET);
        };
    }

    /** Returns the configuration of the program for this server. */
    public Map<String, String> configuration() {
        return configuration(port);
    }

    /** Returns a client of this server. */
    HttpTarget target(int atPort) {
        Map<String, String> keys = new TreeMap<>();
        configuration(atPort).forEach((key, value) -> keys.put(key.substring("xg2g.upload.".length()), value));
        return HttpTarget.at(TestUploadConfig.of(keys).target().orElseThrow(), Patience.seconds(20));
    }

    /** Returns the directory with the uploaded files. */
    public Path files() {
        Path root = kind == Kind.NGINX
                ? directory.resolve("files")
                : directory.resolve("s3").resolve(BUCKET);
        return root.resolve("a/b");
    }

    /** Returns the names of all uploaded files. */
    public List<String> names() {
        if (!Files.isDirectory(files())) {
            return List.of();
        }
        try (Stream<Path> all = Files.walk(files())) {
            return all.filter(Files::isRegularFile)
                    .map(file -> files().relativize(file).toString())
                    .toList();
        } catch (IOException | UncheckedIOException changing) {
            return List.of();
        }
    }

    /** Stops it at once. */
    public void stop() {
        process.close();
    }

    @Override
    public void close() {
        stop();
    }
}
