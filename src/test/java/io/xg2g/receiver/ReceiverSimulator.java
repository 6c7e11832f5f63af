package io.xg2g.receiver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.util.Base64;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Simulated Enigma2 receiver on free loopback ports: OpenWebIF, streams, stream relay. It simulates faults too, and counts
 * its connections. Thread-safe; {@code close} ends everything.
 */
public final class ReceiverSimulator implements AutoCloseable {

    /** The ports. */
    public enum Port {
        WEB,
        STREAM,
        RELAY
    }

    /** Behaviour at a second stream. */
    public enum SecondStream {
        RUNS,
        IS_REFUSED,
        ENDS_THE_FIRST
    }

    /** A request to a stream port: decoded reference and method. */
    public record Asked(Port port, String method, String reference) {}

    private final Map<Port, SimulatedPort> ports = new EnumMap<>(Port.class);
    private final Map<Port, SimulatedAnswer> answers = new ConcurrentHashMap<>();
    private final Map<String, SimulatedAnswer> special = new ConcurrentHashMap<>();
    private final Map<Port, AtomicInteger> open = new EnumMap<>(Port.class);
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private final List<SimulatedPort.Connection> streams = new CopyOnWriteArrayList<>();
    private final AtomicInteger openStreams = new AtomicInteger();
    private final AtomicInteger maxConcurrentStreams = new AtomicInteger();
    private final AtomicInteger maxConcurrentRequests = new AtomicInteger();
    private final SimulatedWebIf web = new SimulatedWebIf();
    private volatile SecondStream second = SecondStream.RUNS;
    private volatile @Nullable String authorization;

    private ReceiverSimulator(SimulatedAnswer streams) {
        for (Port port : Port.values()) {
            open.put(port, new AtomicInteger());
            ports.put(port, new SimulatedPort((connection, request) -> handle(port, connection, request)));
        }
        answers.put(Port.STREAM, streams);
        answers.put(Port.RELAY, streams);
    }

    /** Starts a receiver that serves this file for every service, at both ports. */
    public static ReceiverSimulator start(Path file) {
        return new ReceiverSimulator(SimulatedAnswer.stream(file));
    }

    /** URL of OpenWebIF. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port(Port.WEB));
    }

    public int port(Port port) {
        return ports.get(port).number();
    }

    /** Configuration of the service for this receiver, under this name, with short pauses and long timeouts. */
    public Map<String, String> configuration(String name) {
        Map<String, String> keys = new TreeMap<>();
        String prefix = "xg2g.receivers." + name + ".";
        keys.put(prefix + "url", url().toString());
        keys.put(prefix + "stream-port", Integer.toString(port(Port.STREAM)));
        keys.put(prefix + "relay-port", Integer.toString(port(Port.RELAY)));
        keys.put(prefix + "pace", "10ms");
        keys.put(prefix + "timeout", Patience.setting(6));
        keys.put(prefix + "relay-timeout", Patience.setting(8));
        return keys;
    }

    /** Adds a bouquet with services, given as alternating references and names. */
    public void bouquet(String name, List<String> referencesAndNames) {
        web.bouquet(name, referencesAndNames);
    }

    /** Adds a bouquet that is an entry of others only, by its {@link SimulatedWebIf#reference}. */
    void nested(String name, List<String> referencesAndNames) {
        web.nested(name, referencesAndNames);
    }

    /** Answers the services of this bouquet with an error; those of none if it is empty. */
    public void fail(String bouquet) {
        web.fail(bouquet);
    }

    /** Sets the references on the relay's allow list. */
    public void whitelist(String... references) {
        web.whitelist(references);
    }

    /** Sets the response of the port; for the web port, instead of OpenWebIF. */
    public void answer(Port port, SimulatedAnswer answer) {
        answers.put(port, answer);
    }

    /** Restores OpenWebIF at the web port. */
    public void webIsHealthy() {
        answers.remove(Port.WEB);
    }

    /** Sets the response for one service at this port. */
    public void answer(Port port, String reference, SimulatedAnswer answer) {
        special.put(port + reference, answer);
    }

    public void secondStream(SecondStream behaviour) {
        second = behaviour;
    }

    /** Requires these credentials; requests without them get 401. */
    public void credentials(String username, String password) {
        authorization = "Basic " + Base64.getEncoder().encodeToString((username + ":" + password).getBytes(UTF_8));
    }

    /** Refuses connections to the port. */
    public void refuse(Port port) {
        ports.get(port).refuse();
    }

    /** Accepts connections to the port again. */
    public void listen(Port port) {
        ports.get(port).listen();
    }

    /** Ends every connection to the port. */
    public void cut(Port port) {
        ports.get(port).cut();
    }

    /** Requests to the stream ports so far. */
    public List<Asked> probed() {
        return List.copyOf(asked);
    }

    /** Open connections to the stream ports. */
    public int openStreams() {
        return openStreams.get();
    }

    /** Maximum of concurrent connections to the stream ports. */
    public int maxConcurrentStreams() {
        return maxConcurrentStreams.get();
    }

    /** Maximum of concurrent OpenWebIF requests. */
    public int maxConcurrentRequests() {
        return maxConcurrentRequests.get();
    }

    @Override
    public void close() {
        ports.values().forEach(SimulatedPort::close);
    }

    private void handle(Port port, SimulatedPort.Connection connection, String request)
            throws IOException, InterruptedException {
        boolean stream = port != Port.WEB;
        AtomicInteger now = stream ? openStreams : open.get(port);
        (stream ? maxConcurrentStreams : maxConcurrentRequests).accumulateAndGet(now.incrementAndGet(), Math::max);
        AtomicBoolean gone = new AtomicBoolean();
        Runnable leave = () -> {
            if (gone.compareAndSet(false, true)) {
                now.decrementAndGet();
                streams.remove(connection);
            }
        };
        Thread.ofVirtual().start(() -> {
            try {
                connection.awaitEnd();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            leave.run();
        });
        try {
            respond(port, connection, request);
        } finally {
            leave.run();
        }
    }

    private void respond(Port port, SimulatedPort.Connection connection, String request)
            throws IOException, InterruptedException {
        String method = request.substring(0, request.indexOf(' '));
        String target = request.split(" ", 3)[1];
        String expected = authorization;
        boolean authorized = expected == null || request.contains("Authorization: " + expected + "\r\n");
        SimulatedAnswer answer = answers.get(port);
        if (port == Port.WEB) {
            if (authorized && answer == null) {
                web.respond(connection, method, target);
            } else {
                give(authorized ? answer : new SimulatedAnswer.Status(401), connection);
            }
            return;
        }
        String reference = URLDecoder.decode(target.substring(1).replace("+", "%2B"), UTF_8);
        asked.add(new Asked(port, method, reference));
        SimulatedAnswer wanted = special.getOrDefault(port + reference, answer);
        if (method.equals("HEAD")) {
            wanted = new SimulatedAnswer.Status(400);
        } else if (!authorized) {
            wanted = new SimulatedAnswer.Status(401);
        } else if (!admit(connection)) {
            wanted = new SimulatedAnswer.Close();
        }
        give(wanted, connection);
    }

    private synchronized boolean admit(SimulatedPort.Connection connection) {
        if (second == SecondStream.IS_REFUSED && !streams.isEmpty()) {
            return false;
        }
        if (second == SecondStream.ENDS_THE_FIRST) {
            streams.forEach(SimulatedPort.Connection::close);
            streams.clear();
        }
        streams.add(connection);
        return true;
    }

    private static void give(SimulatedAnswer answer, SimulatedPort.Connection connection)
            throws IOException, InterruptedException {
        OutputStream out = connection.socket().getOutputStream();
        byte[] ok = SimulatedPort.head(200, "video/mpeg");
        switch (answer) {
            case SimulatedAnswer.Stream stream -> {
                Thread.sleep(stream.delay());
                out.write(ok);
                SimulatedStream.of(stream.file()).play(out);
            }
            case SimulatedAnswer.Scrambled stream -> {
                out.write(ok);
                SimulatedStream.of(stream.file()).scrambled().play(out);
            }
            case SimulatedAnswer.Html html -> {
                out.write(ok);
                out.write("<html><body><h1>Please wait</h1></body></html>".getBytes(UTF_8));
            }
            case SimulatedAnswer.Status status -> {
                out.write(SimulatedPort.head(status.status(), "text/plain"));
                out.write("no".getBytes(UTF_8));
            }
            case SimulatedAnswer.Silence silence -> {
                out.write(ok);
                connection.awaitEnd();
            }
            case SimulatedAnswer.Hang hang -> connection.awaitEnd();
            case SimulatedAnswer.Close close -> {}
            case SimulatedAnswer.Broken broken -> {
                out.write(ok);
                out.write(SimulatedStream.of(broken.file()).bytes(), 0, 3 * 188);
            }
        }
    }
}
