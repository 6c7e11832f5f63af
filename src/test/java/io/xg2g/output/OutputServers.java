package io.xg2g.output;

import io.xg2g.connection.TestServers;
import io.xg2g.http.FreePort;
import io.xg2g.http.ServerProcess;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The real servers that frames are delivered to: Redis and RabbitMQ of Debian, and Artemis (src/test/artemis). They are started at once
 * for a test class.
 */
final class OutputServers implements AutoCloseable {
    static final String PASSWORD = TestServers.PASSWORD;

    private static final Path RABBITMQ = Path.of("/usr/lib/rabbitmq/bin");

    final ServerProcess redis;
    final ServerProcess rabbit;
    final ServerProcess artemis;

    private final ServerProcess portMapper;
    private final Path directory;

    private OutputServers(Path directory) throws IOException {
        this.directory = directory;
        int mapperPort = FreePort.any();
        Map<String, String> erlang = erlang(directory, mapperPort);
        portMapper = ServerProcess.launch(
                "epmd",
                mapperPort,
                directory,
                List.of("epmd", "-port", Integer.toString(mapperPort), "-address", "127.0.0.1"),
                Map.of());
        portMapper.await();
        int rabbitPort = FreePort.any();
        rabbit = ServerProcess.launch(
                "rabbitmq",
                rabbitPort,
                directory,
                List.of(RABBITMQ.resolve("rabbitmq-server").toString()),
                rabbit(erlang, directory, rabbitPort));
        artemis = TestServers.artemis(directory);
        redis = TestServers.redis(directory, "--maxmemory", "256mb", "--maxmemory-policy", "volatile-ttl");
    }

    /** Starts all, and does not wait for them. */
    static OutputServers start() {
        try {
            return new OutputServers(TemporaryDirectory.create("xg2g-outputs"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> erlang(Path directory, int mapperPort) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("HOME", directory.toString());
        environment.put("ERL_EPMD_PORT", Integer.toString(mapperPort));
        environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
        environment.put("RABBITMQ_NODENAME", "xg2g-" + mapperPort + "@localhost");
        return environment;
    }

    private static Map<String, String> rabbit(Map<String, String> erlang, Path directory, int port) throws IOException {
        Map<String, String> environment = new TreeMap<>(erlang);
        environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
        environment.put("RABBITMQ_NODE_PORT", Integer.toString(port));
        environment.put("RABBITMQ_DIST_PORT", Integer.toString(FreePort.any()));
        environment.put("RABBITMQ_MNESIA_BASE", directory.resolve("mnesia").toString());
        environment.put("RABBITMQ_LOG_BASE", directory.resolve("rabbitmq").toString());
        environment.put("RABBITMQ_LOGS", "-");
        environment.put("RABBITMQ_PID_FILE", directory.resolve("rabbitmq.pid").toString());
        environment.put(
                "RABBITMQ_ENABLED_PLUGINS_FILE",
                Files.writeString(directory.resolve("enabled_plugins"), "[].\n").toString());
        environment.put(
                "RABBITMQ_CONF_ENV_FILE",
                Files.writeString(directory.resolve("rabbitmq-env.conf"), "").toString());
        environment.put("RABBITMQ_CONFIG_FILE", directory.resolve("rabbitmq").toString());
        // Fewer threads than a dedicated server has.
        environment.put("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "+S 1:1 +sbwt none");
        return environment;
    }

    /** Runs rabbitmqctl. */
    void rabbitmqctl(String... arguments) {
        rabbit.run(Stream.concat(Stream.of(RABBITMQ.resolve("rabbitmqctl").toString()), Stream.of(arguments))
                .toArray(String[]::new));
    }

    /** Runs redis-cli with the password. */
    String redisCli(String... arguments) {
        return redis.run(Stream.concat(
                        Stream.of(
                                "redis-cli", "--no-auth-warning", "-p", Integer.toString(redis.port()), "-a", PASSWORD),
                        Stream.of(arguments))
                .toArray(String[]::new));
    }

    @Override
    public void close() {
        Stream.of(redis, rabbit, artemis, portMapper).forEach(ServerProcess::close);
        TemporaryDirectory.delete(directory);
    }
}
