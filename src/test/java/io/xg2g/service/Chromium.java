package io.xg2g.service;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Headless Chromium, controlled by the DevTools protocol. {@code close} kills it. */
final class Chromium implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on (ws://\\S+)");
    private static final long SECONDS = Patience.seconds(60).toSeconds();

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> answers = new ConcurrentHashMap<>();

    private Chromium(Process process, URI devTools) {
        this.process = process;
        HttpClient client = HttpClient.newHttpClient();
        this.socket = client.newWebSocketBuilder()
                .buildAsync(devTools, new Reader())
                .orTimeout(SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Starts a browser with its files in the directory. */
    static Chromium start(Path directory) {
        try {
            Path said = Files.createTempFile(directory, "chromium", ".log");
            ProcessBuilder builder = new ProcessBuilder(List.of(
                            "chromium",
                            "--headless",
                            "--no-sandbox",
                            "--disable-gpu",
                            "--disable-dev-shm-usage",
                            "--disable-background-networking",
                            "--disable-component-update",
                            "--disable-background-timer-throttling",
                            "--disable-backgrounding-occluded-windows",
                            "--disable-renderer-backgrounding",
                            "--autoplay-policy=no-user-gesture-required",
                            "--remote-debugging-port=0",
                            "--user-data-dir=" + directory.resolve("chromium"),
                            "about:blank"))
                    .redirectErrorStream(true);
            builder.environment().put("TMPDIR", directory.toAbsolutePath().toString());
            Process process = builder.start();
            CompletableFuture<URI> devTools = new CompletableFuture<>();
            Thread.ofPlatform().daemon().start(() -> read(process, said, devTools));
            try {
                return new Chromium(process, devTools.get(SECONDS, TimeUnit.SECONDS));
            } catch (Exception dead) {
                kill(process);
                throw new AssertionError("Chromium does not start: " + Files.readString(said), dead);
            }
        } catch (IOException missing) {
            throw new AssertionError(
                    "chromium is needed; install Debian's package chromium, or run make deps", missing);
        }
    }

    private static void read(Process process, Path log, CompletableFuture<URI> devTools) {
        try (BufferedReader lines = process.inputReader();
                var out = Files.newBufferedWriter(log)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.append(line).append('\n').flush();
                Matcher matcher = LISTENING.matcher(line);
                if (matcher.find()) {
                    devTools.complete(URI.create(matcher.group(1)));
                }
            }
        } catch (IOException closed) {
            devTools.completeExceptionally(closed);
        }
        devTools.completeExceptionally(new IOException("Chromium ended"));
    }

    /** Opens a window of that many pixels with this page, and waits until it is loaded. */
    Page open(URI uri, int width, int height) {
        String target = send(
                        "",
                        "Target.createTarget",
                        new JsonObject()
                                .put("url", "about:blank")
                                .put("newWindow", true)
                                .put("width", width)
                                .put("height", height))
                .getString("targetId");
        String session = send(
                        "",
                        "Target.attachToTarget",
                        new JsonObject().put("targetId", target).put("flatten", true))
                .getString("sessionId");
        // A hidden page is not rendered.
        send(session, "Emulation.setFocusEmulationEnabled", new JsonObject().put("enabled", true));
        Page page = new Page(target, session);
        page.navigate(uri);
        return page;
    }

    private JsonObject send(String session, String method, JsonObject parameters) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        answers.put(id, answer);
        JsonObject message =
                new JsonObject().put("id", id).put("method", method).put("params", parameters);
        if (!session.isEmpty()) {
            message.put("sessionId", session);
        }
        synchronized (socket) {
            socket.sendText(message.encode(), true).join();
        }
        JsonObject answered = answer.orTimeout(SECONDS, TimeUnit.SECONDS).join();
        if (answered.containsKey("error")) {
            throw new AssertionError(method + ": " + answered.getJsonObject("error"));
        }
        return answered.getJsonObject("result");
    }

    @Override
    public void close() {
        socket.abort();
        kill(process);
    }

    private static void kill(Process process) {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroyForcibly().onExit().join();
        children.forEach(ProcessHandle::destroyForcibly);
        children.forEach(child -> child.onExit().join());
    }

    /** Page in a separate window. */
    final class Page implements AutoCloseable {
        private final String target;
        private final String session;

        private Page(String target, String session) {
            this.target = target;
            this.session = session;
        }

        /** Loads a page, and waits until it is loaded. */
        void navigate(URI uri) {
            send(session, "Page.navigate", new JsonObject().put("url", uri.toString()));
            evaluate("new Promise(done => location.href === 'about:blank' || document.readyState !== 'complete'"
                    + " ? addEventListener('load', () => done(1)) : done(1))");
        }

        /** Disables certificate checks. */
        void trustEveryCertificate() {
            send(session, "Security.setIgnoreCertificateErrors", new JsonObject().put("ignore", true));
        }

        /** The value of an expression as JSON; a promise is awaited. */
        Object evaluate(String expression) {
            JsonObject result = send(
                    session,
                    "Runtime.evaluate",
                    new JsonObject()
                            .put("expression", expression)
                            .put("awaitPromise", true)
                            .put("userGesture", true)
                            .put("returnByValue", true));
            if (result.containsKey("exceptionDetails")) {
                throw new AssertionError(expression + ": " + result.getJsonObject("exceptionDetails"));
            }
            return result.getJsonObject("result").getValue("value");
        }

        /** Value of an expression as an object. */
        JsonObject object(String expression) {
            return new JsonObject((String) evaluate("Promise.resolve(" + expression + ").then(JSON.stringify)"));
        }

        /** Screenshot as PNG. */
        void screenshot(Path file) {
            JsonObject shot = send(session, "Page.captureScreenshot", new JsonObject().put("format", "png"));
            try {
                Files.write(file, Base64.getDecoder().decode(shot.getString("data")));
            } catch (IOException full) {
                throw new UncheckedIOException(full);
            }
        }

        @Override
        public void close() {
            send("", "Target.closeTarget", new JsonObject().put("targetId", target));
        }
    }

    /** Assembles messages and dispatches responses to their callers. */
    private final class Reader implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
            message.append(data);
            if (last) {
                JsonObject json = new JsonObject(message.toString());
                message.setLength(0);
                CompletableFuture<JsonObject> waiting =
                        json.containsKey("id") ? answers.remove(json.getInteger("id")) : null;
                if (waiting != null) {
                    waiting.complete(json);
                }
            }
            webSocket.request(1);
            return CompletableFuture.completedStage(null);
        }
    }
}
