package io.xg2g.service;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Floods of clients that open continuous streams and do not read. */
final class StreamAttacks {
    /** Maximum per client ({@code xg2g.live.max-streams-per-client}). */
    private static final int EACH = 32;

    private static final String STREAM = "/live/demo/stream.ts";

    private StreamAttacks() {}

    /** Opens streams with closed windows on four connections as fast as they can be written. */
    static void zeroWindow(int port, int streamsEach) throws Exception {
        List<Thread> clients = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            String from = "127.0.30." + i;
            clients.add(Thread.ofVirtual().start(() -> openStreams(from, port, streamsEach)));
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private static void openStreams(String from, int port, int streams) {
        try (Http2Socket socket = new Http2Socket(from, port)) {
            socket.closeWindows();
            Thread.ofVirtual().start(() -> readAll(socket));
            for (int i = 0; i < streams; i++) {
                socket.get(STREAM);
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
    static void stalledStreams(int port, int readers, int seconds) throws Exception {
        List<Http2Socket> sockets = new ArrayList<>();
        for (int i = 0; i < readers / EACH; i++) {
            Http2Socket socket = new Http2Socket("127.0.31." + (1 + i), port);
            sockets.add(socket);
            for (int stream = 0; stream < EACH; stream++) {
                socket.get(STREAM);
            }
        }
        Thread.sleep(1000L * seconds);
        RequestAttacks.close(sockets);
    }

    /** Stalled readers over HTTP/1.1. */
    static void stalledConnections(int port, int readers, int seconds) throws Exception {
        stall("127.0.32.", STREAM, port, readers, seconds);
    }

    /** Stalled readers of the encoded renditions over HTTP/1.1, each with its own stream. */
    static void stalledRenditions(int port, int readers, int seconds) throws Exception {
        stall("127.0.34.", STREAM + "?mode=gpu", port, readers, seconds);
    }

    private static void stall(String network, String path, int port, int readers, int seconds) throws Exception {
        List<HttpSocket> sockets = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            HttpSocket socket = HttpSocket.open(network + (1 + i / EACH), port);
            sockets.add(socket);
            socket.send("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
        }
        Thread.sleep(1000L * seconds);
        RequestAttacks.close(sockets);
    }

    /** Starts one channel after the other, and stays connected. */
    static void channels(int port, List<String> channels, int seconds) throws Exception {
        List<HttpSocket> sockets = new ArrayList<>();
        for (int i = 0; i < channels.size(); i++) {
            for (String path : List.of("audio.aac", "stream.ts", "master.m3u8")) {
                HttpSocket socket = HttpSocket.open("127.0.33." + (1 + i % 8), port);
                sockets.add(socket);
                socket.send("GET /live/" + channels.get(i) + "/" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            }
        }
        Thread.sleep(1000L * seconds);
        RequestAttacks.close(sockets);
    }
}
