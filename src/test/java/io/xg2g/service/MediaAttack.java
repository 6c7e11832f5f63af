package io.xg2g.service;

import io.xg2g.ffmpeg.HostileMedia;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Flood of small uploads that declare very large content. */
final class MediaAttack {
    private MediaAttack() {}

    /**
     * Uploads each file concurrently from separate addresses, and reads the responses.
     *
     * @param token bearer token of all requests; empty for none
     */
    static void upload(int port, String token, int times) throws Exception {
        List<Thread> clients = new ArrayList<>();
        for (int i = 1; i <= times; i++) {
            for (Path file : HostileMedia.all()) {
                String from = "127.0." + (40 + i) + "." + (1 + clients.size() % 200);
                clients.add(Thread.ofVirtual().start(() -> upload(from, port, token, file)));
            }
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private static void upload(String from, int port, String token, Path file) {
        try (HttpSocket socket = HttpSocket.open(from, port)) {
            byte[] media = Files.readAllBytes(file);
            socket.send("POST /api/v1/transcodes?profile=480p HTTP/1.1\r\nHost: localhost\r\n"
                    + (token.isEmpty() ? "" : "Authorization: Bearer " + token + "\r\n")
                    + "Content-Type: application/octet-stream\r\nContent-Length: " + media.length + "\r\n\r\n"
                    + new String(media, StandardCharsets.ISO_8859_1));
            socket.answer();
        } catch (IOException closed) {
            // A refused body is not read to its end.
        }
    }
}
