package io.xg2g.upload;

import io.xg2g.http.FreePort;
import io.xg2g.random.RandomInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * HTTP proxy in front of a target that fails as it is told: with statuses, resets, cut requests and lost responses; slowly; or not
 * there at all. Requests are forwarded as they are, so that their signatures stay valid, one for each connection. Thread-safe.
 */
public final class FaultyProxy implements AutoCloseable {
    private static final String END_OF_HEAD = "\r\n\r\n";
    private static final int MAX_HEAD = 64 << 10;

    /** What happens to a request. */
    private enum Fault {
        NONE,
        /** Refused with 500, without reaching the target. */
        REFUSED,
        /** Refused with 503. */
        THROTTLED,
        /** The connection is reset before the request is read. */
        RESET,
        /** The target gets a half, then both connections are reset. */
        CUT,
        /** The target does it, and the connection is reset. */
        RESPONSE_LOST,
        /** The target does it, and the response is 500. */
        RESPONSE_REPLACED
    }

    private final int target;
    private final RandomInput random;
    private final Consumer<String> stored;
    private final InetSocketAddress address;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Map<Fault, AtomicInteger> faults = new ConcurrentHashMap<>();
    private volatile ServerSocket listening;
    private volatile double failing;
    private volatile Duration delay = Duration.ZERO;

    private record Request(String method, String path, byte[] head, byte[] body) {}

    private FaultyProxy(int target, RandomInput random, Consumer<String> stored) throws IOException {
        this.target = target;
        this.random = random;
        this.stored = stored;
        address = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.any());
        listening = listen(address);
        accept(listening);
    }

    /**
     * Starts a proxy.
     *
     * @param target port of the target
     * @param stored called with the path after each PUT that the target has confirmed, before the client gets to know
     */
    public static FaultyProxy start(int target, RandomInput random, Consumer<String> stored) throws IOException {
        return new FaultyProxy(target, random, stored);
    }

    public int port() {
        return address.getPort();
    }

    /** Sets the share of requests that fail. */
    public void failing(double share) {
        failing = share;
    }

    /** Sets the longest delay of a request. */
    public void delay(Duration longest) {
        delay = longest;
    }

    /** Ends all connections, and refuses new ones. */
    public void leave() {
        close();
    }

    /** Accepts connections again. */
    public void comeBack() throws IOException {
        listening = listen(address);
        accept(listening);
    }

    private static ServerSocket listen(InetSocketAddress address) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(address, 100);
        return socket;
    }

    /** Returns how often each fault has happened. */
    public String faults() {
        return new TreeMap<>(faults).toString();
    }

    private void accept(ServerSocket socket) {
        Thread.ofVirtual().start(() -> {
            while (!socket.isClosed()) {
                try {
                    Socket connection = socket.accept();
                    connections.add(connection);
                    Thread.ofVirtual().start(() -> serve(connection));
                } catch (IOException closed) {
                    return;
                }
            }
        });
    }

    private void serve(Socket client) {
        try (client) {
            Fault fault = choose();
            faults.computeIfAbsent(fault, _ -> new AtomicInteger()).incrementAndGet();
            if (fault == Fault.RESET) {
                reset(client);
                return;
            }
            Request request = read(client.getInputStream());
            Thread.sleep(delayOfOne());
            switch (fault) {
                case REFUSED -> client.getOutputStream().write(response(500));
                case THROTTLED -> client.getOutputStream().write(response(503));
                case CUT -> {
                    forward(request, request.body().length / 2);
                    reset(client);
                }
                default -> {
                    byte[] response = forward(request, request.body().length);
                    if (request.method().equals("PUT") && isSuccess(response)) {
                        stored.accept(request.path());
                    }
                    switch (fault) {
                        case RESPONSE_LOST -> reset(client);
                        case RESPONSE_REPLACED -> client.getOutputStream().write(response(500));
                        default -> client.getOutputStream().write(response);
                    }
                }
            }
        } catch (IOException broken) {
            // A fault of its own: the client gets no response.
            faults.computeIfAbsent(Fault.RESPONSE_LOST, _ -> new AtomicInteger())
                    .incrementAndGet();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(client);
        }
    }

    private synchronized Fault choose() {
        Fault[] all = Fault.values();
        return random.chance(failing) ? all[random.between(1, all.length - 1)] : Fault.NONE;
    }

    private synchronized long delayOfOne() {
        return random.between(0, delay.toMillis());
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    private static byte[] response(int status) {
        return ("HTTP/1.1 " + status + " Fault\r\nContent-Length: 0\r\nConnection: close" + END_OF_HEAD)
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean isSuccess(byte[] response) {
        return new String(response, 0, Math.min(12, response.length), StandardCharsets.US_ASCII)
                .startsWith("HTTP/1.1 2");
    }

    private static Request read(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        String text = "";
        while (!text.endsWith(END_OF_HEAD)) {
            int next = in.read();
            if (next < 0 || head.size() > MAX_HEAD) {
                throw new IOException("no request");
            }
            head.write(next);
            text = next == '\n' ? head.toString(StandardCharsets.US_ASCII) : "";
        }
        int length = text.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
        String[] first = text.substring(0, text.indexOf('\r')).split(" ");
        byte[] body = in.readNBytes(length);
        // Neither signed nor sent by the client.
        byte[] closing = (text.substring(0, text.length() - 2) + "Connection: close\r\n\r\n")
                .replaceAll("(?im)^(Upgrade|HTTP2-Settings|Connection): (?!close).*\r\n", "")
                .getBytes(StandardCharsets.US_ASCII);
        return new Request(first[0], first[1], closing, body);
    }

    /** Sends a request, or its beginning; returns the response, which is empty then. */
    private byte[] forward(Request request, int bytes) throws IOException {
        try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
            server.getOutputStream().write(request.head());
            server.getOutputStream().write(Arrays.copyOf(request.body(), bytes));
            if (bytes < request.body().length) {
                reset(server);
                return new byte[0];
            }
            return server.getInputStream().readAllBytes();
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (Socket connection : connections) {
                connection.close();
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}
