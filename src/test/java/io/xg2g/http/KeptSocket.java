package io.xg2g.http;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A listening socket on loopback that outlives the processes that accept its connections, as systemd keeps one. */
public final class KeptSocket implements AutoCloseable {
    private static final String SCRIPT =
            Path.of("src/test/activation/kept-socket.py").toAbsolutePath().toString();
    private static final String NAME = "activation";

    private final ServerProcess keeper;
    private final Path path;

    private KeptSocket(ServerProcess keeper, Path path) {
        this.keeper = keeper;
        this.path = path;
    }

    /**
     * Listens.
     *
     * @param directory of its log, existing
     */
    public static KeptSocket listen(Path directory, int port) throws IOException {
        Path path = directory.toRealPath().resolve(NAME);
        List<String> command = List.of("/usr/bin/python3", SCRIPT, "keep", path.toString(), Integer.toString(port));
        ServerProcess keeper = ServerProcess.launch(NAME, port, directory, command, Map.of());
        try {
            keeper.await();
        } catch (RuntimeException | AssertionError failed) {
            keeper.close();
            throw failed;
        }
        return new KeptSocket(keeper, path);
    }

    /** What precedes a command that gets the socket as its standard input. */
    public List<String> prefix() {
        return List.of("/usr/bin/python3", SCRIPT, "run", path.toString());
    }

    @Override
    public void close() {
        keeper.close();
    }
}
