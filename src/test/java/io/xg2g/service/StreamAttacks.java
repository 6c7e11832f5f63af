package io.xg2g.service;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Floods of clients that open continuous streams and do not read. */
final class StreamAttacks {
    /** Maximum per client ({@code xg2g.live.max-streams-per-client}). */
    private static final int EACH = 32;

    private static final String STREAM = "/live/demo/stream.ts";

    private final int port;
    private final String authorization;

    /**
     * Creates floods against a service.
     *
     * @param token bearer token of all requests; empty for none
     */
    StreamAttacks(int port, String token) {
        this.port = port;
        this.authorization = token.isEmpty() ? "" : "Bearer " + token;
    }

    /** Opens streams with closed windows on four connections as fast as they can be written. */
    void zeroWindow(int streamsEach) throws Exception {
        List<Thread> clients = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            String from = "127.0.30." + i;
            clients.add(Thread.ofVirtual().start(() -> openStreams(from, streamsEach)));
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private void openStreams(String from, int streams) {
        try (Http2Socket socket = new Http2Socket(from, port)) {
            socket.closeWindows();
            Thread.ofVirtual().start(() -> readAll(socket));
            for (int i = 0; i < streams; i++) {
                socket.get(STREAM, authorization);
            }
            Thread.sleep(2000);
        } catch (IOException closed) {
            // The service closes a connection that exceeds the stream limit.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads frames, such as stream resets, until the end of the connection. */
    private static void readAll(Http2Socket socket) {
        try {
            while (!Thread.interrupted()) {
                socket.read();
            }
        } catch (IOException end) {
            // End of the connection.
        }
    }

    /** Stalled readers over HTTP/2. */
    void stalledStreams(int readers, int seconds) throws Exception {
        List<Http2Socket> sockets = new ArrayList<>();
        for (int i = 0; i < readers / EACH; i++) {
            Http2Socket socket = new Http2Socket("127.0.31." + (1 + i), port);
            sockets.add(socket);
            for (int stream = 0; stream < EACH; stream++) {
                socket.get(STREAM, authorization);
            }
        }
        Thread.sleep(1000L * seconds);
        RequestAttacks.close(sockets);
    }

    /** Stalled readers over HTTP/1.1. */
    void stalledConnections(int readers, int seconds) throws Exception {
        stall("127.0.32.", STREAM, readers, seconds);
    }

    /** Stalled readers of the encoded renditions over HTTP/1.1, each with its own stream. */
    void stalledRenditions(int readers, int seconds) throws Exception {
        stall("127.0.34.", STREAM + "?mode=gpu", readers, seconds);
    }

    private void stall(String network, String path, int readers, int seconds) throws Exception {
        List<HttpSocket> sockets = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            HttpSocket socket = HttpSocket.open(network + (1 + i / EACH), port);
            sockets.add(socket);
            socket.send(head(path));
        }
        Thread.sleep(1000L * seconds);
        RequestAttacks.close(sockets);
    }

    /** Starts one channel after the other, and stays connected. */
    void channels(List<String> channels, int seconds) throws Exception {
        List<HttpSocket> sockets = new ArrayList<>();
        for (int i = 0; i < channels.size(); i++) {
            for (String path : List.of("audio.aac", "stream.ts", "master.m3u8")) {
                HttpSocket socket = HttpSocket.open("127.0.33." + (1 + i % 8), port);
                sockets.add(socket);
                socket.send(head("/live/" + channels.get(i) + "/" + path));
            }
        }
        Thread.sleep(1000L * seconds);
        RequestAttacks.close(sockets);
    }

    private String head(String path) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n"
                + (authorization.isEmpty() ? "" : "Authorization: " + authorization + "\r\n") + "\r\n";
    }
}
