package io.xg2g.service;

import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A gateway or a worker of a {@link RunningCluster}, whose ports, files and log stay the same when it starts again. Its log is
 * {@code <name>.log} in the directory of the cluster.
 */
public final class ClusterMember implements AutoCloseable {
    private static final long END_SECONDS = 120;

    private final String name;
    private final Path work;
    private final Map<String, String> settings;
    private RunningService service;

    private ClusterMember(String name, Path directory, Map<String, String> settings) {
        this.name = name;
        work = directory.resolve(name);
        this.settings = new TreeMap<>(settings);
        this.settings.put("xg2g.cluster.name", name);
        this.settings.put("xg2g.cluster.port", Integer.toString(FreePort.any()));
        this.settings.put("quarkus.http.port", Integer.toString(FreePort.any()));
        this.settings.put("quarkus.management.port", Integer.toString(FreePort.any()));
        this.settings.put("quarkus.log.file.enabled", "true");
        this.settings.put("quarkus.log.file.json.enabled", "false");
        this.settings.put(
                "quarkus.log.file.path", directory.resolve(name + ".log").toString());
        service = RunningService.launch(work, this.settings);
    }

    /** Starts a member, and does not wait for it. */
    static ClusterMember launch(String name, Path directory, Map<String, String> settings) {
        return new ClusterMember(name, directory, settings);
    }

    public String name() {
        return name;
    }

    /** The program as it runs now, or has run until it ended. */
    public RunningService service() {
        return service;
    }

    int port() {
        return Integer.parseInt(settings.get("quarkus.http.port"));
    }

    /** Base URI of its API, also while it does not run. */
    public URI api(String path) {
        return URI.create("http://127.0.0.1:" + port() + path);
    }

    public boolean isRunning() {
        return service.process().isAlive();
    }

    /** Kills it, and not its children, as the kernel does. */
    void kill() {
        service.process().destroyForcibly().onExit().join();
    }

    /** Tells it to stop (SIGTERM), and does not wait for that. */
    public void beginStop() {
        service.terminate();
    }

    /** Waits until it has stopped in order. */
    public void awaitStop() {
        try {
            if (!service.process().waitFor(Patience.seconds(END_SECONDS).toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError(name + " does not stop:\n" + service.log());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        if (service.process().exitValue() != 0) {
            throw new AssertionError(
                    name + " ended with " + service.process().exitValue() + ":\n" + service.log());
        }
    }

    /** Stops its process, but not its children, until {@link #resume}: connections stay, and nothing is answered. */
    void pause() {
        signal("STOP");
    }

    void resume() {
        signal("CONT");
    }

    private void signal(String signal) {
        try {
            new ProcessBuilder(
                            "kill", "-" + signal, Long.toString(service.process().pid()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Starts it again after it has ended, with the files that it had, and waits until it is ready. */
    public void restart() {
        service = RunningService.launch(work, settings);
        service.awaitReady();
    }

    /** Its log since the first start. */
    String log() {
        try {
            return Files.readString(Path.of(settings.get("quarkus.log.file.path")));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (isRunning()) {
            // A paused process would not end in order.
            resume();
        }
        service.close();
    }
}
