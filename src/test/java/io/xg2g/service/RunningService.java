package io.xg2g.service;

import io.xg2g.ffmpeg.LongDeadlines;
import io.xg2g.schedule.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * The packaged service as a child process, on free loopback ports: the native executable where one was built, else the
 * jar. Closing it kills it.
 */
public final class RunningService implements AutoCloseable {
    /** A worker of a cluster listens for no clients. */
    private static final Pattern LISTENING = Pattern.compile(
            "(?:Listening on: (http://127\\.0\\.0\\.1:\\d+).*)?[Mm]anagement interface.*(http://127\\.0\\.0\\.1:\\d+)");

    private static final Path APP = Coverage.directory()
            .map(directory -> directory.resolve("quarkus-app"))
            .orElse(Path.of("target/quarkus-app"));

    /** Free ports, and a plain-text log. */
    private static final Map<String, String> ANYWHERE = Map.of(
            "quarkus.http.port", "0",
            "quarkus.management.port", "0",
            "quarkus.log.console.json.enabled", "false");

    /** The JVM flags of every start. */
    private static final List<String> HEAP_FLAGS =
            List.of("-XX:+ExitOnOutOfMemoryError", "-XX:MaxRAMPercentage=25", "-XX:G1PeriodicGCInterval=60000");

    private static final Path BINARY = Path.of(System.getProperty("native.image.path", "none"));

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Timeout of a start on a loaded machine. */
    private static final Duration PATIENCE = Patience.seconds(240);

    private final Process process;
    private final Path work;
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Matcher> listening = new CompletableFuture<>();

    private RunningService(Process process, Path work) {
        this.process = process;
        this.work = work;
        // A read of a pipe blocks the carrier of a virtual thread.
        Thread.ofPlatform().daemon().name("log of the service").start(this::readLog);
    }

    /** Starts the service with these settings and waits until it is ready. */
    public static RunningService start(Path work, Map<String, String> configuration) {
        RunningService service = launch(work, configuration);
        service.awaitReady();
        return service;
    }

    /**
     * Starts the service with a work directory on a private tmpfs, and waits until it is ready.
     *
     * @param size of the file system, as {@code tmpfs} takes it, for instance {@code 64m}
     */
    static RunningService startOnDisk(String size, Path work, Map<String, String> configuration) {
        String mounted = "mount -t tmpfs -o mode=700,size=" + size + " none \"$0\" && exec \"$@\"";
        List<String> command = new ArrayList<>(List.of("unshare", "-Urm", "sh", "-c", mounted, work.toString()));
        command.addAll(command(work, configuration));
        Process process = start(command);
        // Its files, as seen from this process.
        Path seen = Path.of("/proc", Long.toString(process.pid()), "root")
                .resolve(work.toString().substring(1));
        RunningService service = new RunningService(process, seen);
        service.awaitReady();
        return service;
    }

    /** Runs a command that sees the file systems of this service, which {@link #startOnDisk} has started. */
    void runInMountNamespace(String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(
                "nsenter", "--target", Long.toString(process.pid()), "--user", "--mount", "--preserve-credentials"));
        all.addAll(List.of(command));
        Process running = new ProcessBuilder(all).redirectErrorStream(true).start();
        String output = new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (running.waitFor() != 0) {
            throw new AssertionError(String.join(" ", all) + ": " + output);
        }
    }

    /**
     * Starts another version of the service with these settings, and waits until it is ready.
     *
     * @param app its directory {@code quarkus-app}
     */
    public static RunningService startVersion(Path app, Path work, Map<String, String> configuration) {
        Map<String, String> properties = new TreeMap<>(ANYWHERE);
        properties.put("xg2g.ffmpeg.work-dir", work.toString());
        properties.putAll(configuration);
        RunningService service = new RunningService(start(commandOf(app, properties)), work);
        service.awaitReady();
        return service;
    }

    /** Starts the service without waiting. */
    public static RunningService launch(Path work, Map<String, String> configuration) {
        return launchBy(List.of(), work, configuration);
    }

    /** Starts the service with additional environment variables, without waiting. */
    public static RunningService launch(Map<String, String> environment, Path work, Map<String, String> configuration) {
        List<String> prefix = new ArrayList<>(List.of("env"));
        environment.forEach((name, value) -> prefix.add(name + "=" + value));
        return launchBy(prefix, work, configuration);
    }

    /**
     * Starts the service by another command, without waiting.
     *
     * @param prefix words that precede the service's own
     */
    static RunningService launchBy(List<String> prefix, Path work, Map<String, String> configuration) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(command(work, configuration));
        return new RunningService(start(command), work);
    }

    /** Starts the service with a limit of file descriptors, without waiting. */
    static RunningService launchWithDescriptors(int most, Path work, Map<String, String> configuration) {
        return launchBy(List.of("prlimit", "--nofile=" + most + ":" + most), work, configuration);
    }

    /**
     * Starts the service on a read-only file system with some writable directories, without waiting.
     *
     * @param writable existing directories, whose paths have no blanks
     */
    static RunningService launchOnReadOnlyRoot(List<Path> writable, Path work, Map<String, String> configuration) {
        String mounts = writable.stream()
                .map(path -> "mount --bind " + path + " " + path + " && ")
                .collect(Collectors.joining());
        Map<String, String> properties = new TreeMap<>(configuration);
        properties.putAll(Coverage.NOT_WRITTEN);
        return launchBy(
                List.of("unshare", "-Urm", "sh", "-c", mounts + "mount -o remount,bind,ro / && exec \"$@\"", "sh"),
                work,
                properties);
    }

    /** Runs {@code --check} with the same configuration. */
    static Process check(Path work, Map<String, String> configuration) {
        List<String> command = new ArrayList<>(command(work, configuration));
        command.add("--check");
        return start(command);
    }

    /** Whether the native executable is started. */
    static boolean isNative() {
        return Files.isExecutable(BINARY);
    }

    private static List<String> command(Path work, Map<String, String> configuration) {
        Map<String, String> properties = new TreeMap<>(ANYWHERE);
        properties.putAll(LongDeadlines.PROPERTIES);
        properties.putAll(LongDeadlines.OF_REQUESTS);
        properties.putAll(Map.of(
                // Independent of the machine.
                "xg2g.gpu.software.slots", "4",
                // What is encoded matters here, not how well.
                "xg2g.ffmpeg.software-preset", "superfast",
                // All clients of a test have one address; tests of rate limits enable them.
                "xg2g.rate-limit.enabled", "false",
                "xg2g.http.max-connections-per-client", "100000",
                "xg2g.live.max-streams-per-client", "100000",
                "xg2g.source.allow", "127.0.0.1",
                "xg2g.ffmpeg.work-dir", work.toString()));
        properties.putAll(configuration);
        return commandOf(APP, properties);
    }

    private static List<String> commandOf(Path app, Map<String, String> properties) {
        List<String> command = new ArrayList<>();
        List<String> options = properties.entrySet().stream()
                .map(e -> "-D" + e.getKey() + "=" + e.getValue())
                .toList();
        if (isNative()) {
            command.add(BINARY.toString());
            command.addAll(options);
        } else {
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xlog:aot=off", "-Xlog:cds=off"));
            command.addAll(HEAP_FLAGS);
            command.addAll(Coverage.options(app));
            // Written by the build; without it the program only starts more slowly.
            Path cache = app.resolve("app.aot");
            if (Files.exists(cache)) {
                command.add("-XX:AOTCache=" + cache);
            }
            command.addAll(options);
            command.addAll(List.of("-jar", app.resolve("quarkus-run.jar").toString()));
        }
        return command;
    }

    private static Process start(List<String> command) {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the service does not start; run ./mvnw package first, and for a disk of its own apt-get install"
                            + " util-linux",
                    e);
        }
    }

    /** The base URI of the API. */
    public URI api(String path) {
        return URI.create(listening.join().group(1) + path);
    }

    /** The base URI of probes and metrics. */
    public URI management(String path) {
        return URI.create(listening.join().group(2) + path);
    }

    public Path work() {
        return work;
    }

    public Process process() {
        return process;
    }

    /** Sends SIGTERM. (Process.destroy would close its output too, and with it the log.) */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** The complete output. */
    public String log() {
        synchronized (log) {
            return String.join("\n", log);
        }
    }

    /** Waits until the service is ready. */
    public void awaitReady() {
        try {
            listening.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            String threads = e instanceof TimeoutException ? threads() : "";
            close();
            throw new AssertionError("the service did not come up:\n" + log() + "\n" + threads, e);
        }
        Awaitility.await("readiness")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> get(management("/readyz")).statusCode() == 200);
    }

    /** The stacks of its threads, for a start that hangs; a reason if the JVM does not answer. */
    private String threads() {
        try {
            Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
            Process dump = start(
                    List.of("timeout", "20", jcmd.toString(), Long.toString(process.pid()), "Thread.print", "-l"));
            return new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "no stacks: " + e.getMessage();
        }
    }

    /** GET, with the body as text. */
    public static HttpResponse<String> get(URI uri) {
        return send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Sends a request and waits for its answer. */
    public static <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        try {
            return HTTP.send(request, handler);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Sends a request without waiting. */
    public static <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        return HTTP.sendAsync(request, handler);
    }

    /** A POST of the file to the transcode API. */
    public HttpRequest.Builder post(String query, Path body) {
        try {
            return HttpRequest.newBuilder(api("/api/v1/transcodes?" + query))
                    .POST(HttpRequest.BodyPublishers.ofFile(body))
                    .header("Content-Type", "application/octet-stream");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sum of the series of a metric whose line contains all of these texts; 0 if there are none. */
    public double metric(String name, String... containing) {
        return metricOf(get(management("/metrics")).body(), name, containing);
    }

    /** The same, of metrics that have been read. */
    static double metricOf(String metrics, String name, String... containing) {
        return metrics.lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(containing).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Running ffmpeg child processes. */
    public List<ProcessHandle> encoders() {
        return process.children().filter(ProcessHandle::isAlive).toList();
    }

    /** Files in the work directory, except the lock; files may change meanwhile. */
    public List<Path> remainingFiles() {
        return WorkFiles.in(work);
    }

    @Override
    public void close() {
        if (Coverage.directory().isPresent()) {
            Coverage.stop(process);
        }
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        process.onExit().join();
    }

    private void readLog() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                Matcher matcher = LISTENING.matcher(line);
                if (matcher.find()) {
                    listening.complete(matcher);
                }
            }
        } catch (IOException e) {
            log.add("log ended: " + e);
        }
        listening.completeExceptionally(new IOException("the service ended"));
    }
}
