package io.xg2g.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Floods of well-formed and malformed requests from many loopback addresses. */
final class RequestAttacks {
    private static final int ADDRESSES = 200;
    private static final int CLIENTS = 8;
    private static final String HOST = " HTTP/1.1\r\nHost: localhost\r\n";

    /** Heads and bodies that HTTP/1.1 parsers interpret differently (request smuggling), and invalid ones. */
    private static final List<String> AMBIGUOUS = List.of(
            "POST /api/v1/channels" + HOST + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / X",
            "POST /api/v1/channels" + HOST + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
            "POST /api/v1/channels" + HOST + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n{}",
            "POST /api/v1/channels" + HOST + "Content-Length: -1\r\n\r\n{}",
            "POST /api/v1/channels" + HOST + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
            "GET /" + HOST + "Host: evil.example\r\n\r\n",
            "GET /" + HOST + "X\u0000Y: 1\r\n\r\n",
            "GET / HTTP/9.9\r\n\r\n",
            "GET http://evil.example/" + HOST + "\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
            "\u0000\u0001\u0002\u0003\u0004\r\n\r\n");

    private RequestAttacks() {}

    private interface Client {
        void send(HttpSocket socket) throws IOException;
    }

    /** Opens connections, {@link #CLIENTS} at once; the service is expected to close them. */
    private static void connections(String network, int port, int number, Client client) {
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (int i = 0; i < number; i++) {
                String from = network + (1 + i % ADDRESSES);
                clients.execute(() -> connection(from, port, client));
            }
        }
    }

    private static void connection(String from, int port, Client client) {
        try (HttpSocket socket = HttpSocket.open(from, port)) {
            client.send(socket);
        } catch (IOException closed) {
            // Closed by the service.
        }
    }

    /** Sends pipelined requests of random words, and reads the responses. */
    static void randomWords(int port, Random random, int requests) {
        int batch = 50;
        connections("127.0.10.", port, requests / batch, socket -> {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < batch; i++) {
                text.append(randomRequest(i, Long.toString(random.nextLong() >>> 1, 36)));
            }
            socket.send(text.toString());
            for (int i = 0; i < batch; i++) {
                socket.answer();
            }
        });
    }

    private static String randomRequest(int kind, String word) {
        String head = switch (kind % 5) {
            case 0 -> word.toUpperCase(Locale.ROOT) + " /api/v1/queue";
            case 1 -> "GET /" + word + "/../openapi?" + word;
            case 2 -> "GET /live/" + word + "/" + word + "/media.m3u8?mode=" + word;
            case 3 -> "OPTIONS /" + word;
            default -> "GET /api/v1/transcodes/" + word + "?profile=" + word + "&client=" + word;
        };
        return head + HOST + "User-Agent: " + word + "\r\nX-Client-Id: " + word + "\r\nOrigin: http://" + word
                + "\r\n\r\n";
    }

    /** Ambiguous requests and random bytes. */
    static void garbage(int port, Random random, int requests) {
        connections("127.0.20.", port, requests, socket -> {
            int kind = random.nextInt(AMBIGUOUS.size() + 1);
            byte[] bytes = new byte[200];
            random.nextBytes(bytes);
            socket.send(
                    kind < AMBIGUOUS.size()
                            ? AMBIGUOUS.get(kind)
                            : new String(bytes, StandardCharsets.ISO_8859_1) + "\r\n\r\n");
            socket.isClosed();
        });
    }

    /** Cross-site changes. */
    static void crossSite(int port, int requests) {
        connections("127.0.21.", port, requests, socket -> {
            socket.send("POST /api/v1/channels/demo/playback" + HOST
                    + "Origin: https://evil.example\r\nSec-Fetch-Site: cross-site\r\nContent-Length: 0\r\n\r\n");
            socket.answer();
        });
    }

    /** Heads of a megabyte. */
    static void largeHeads(int port, int requests) {
        String header = "X: " + "a".repeat(1 << 20) + "\r\n";
        connections("127.0.22.", port, requests, socket -> socket.send("GET /" + HOST + header + "\r\n"));
    }

    /** Slow request heads on many connections. */
    static void slowHeads(int port, int connections, int bytes) throws Exception {
        List<HttpSocket> sockets = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            HttpSocket socket = HttpSocket.open("127.0.23." + (1 + i % ADDRESSES), port);
            sockets.add(socket);
            socket.send("GET /" + HOST + "X: ");
        }
        for (int i = 0; i < bytes; i++) {
            for (HttpSocket socket : sockets) {
                socket.send("x");
            }
            Thread.sleep(500);
        }
        close(sockets);
    }

    /** Requests that are logged: invalid tokens, refused changes, disconnects during a body. */
    static void log(int port, int requests) {
        connections("127.0.24.", port, requests, socket -> {
            socket.send("GET /api/v1/queue" + HOST + "Authorization: Bearer a.b.c\r\n\r\n");
            socket.answer();
            socket.send("DELETE /api/v1/streams/line%0Abreak" + HOST + "Authorization: Basic eA==\r\n\r\n");
            socket.answer();
            socket.send("POST /api/v1/transcodes?profile=preview" + HOST
                    + "Content-Type: video/mp2t\r\nContent-Length: 1000000\r\n\r\nG");
        });
    }

    static void close(List<? extends AutoCloseable> sockets) throws Exception {
        for (AutoCloseable socket : sockets) {
            socket.close();
        }
    }
}
