package io.xg2g.service;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Allowed source that leads elsewhere: by redirects over HTTP and RTSP, and by playlists. */
final class RedirectingServer implements AutoCloseable {
    /** Response: a redirect to the text, or the text as a body. */
    private record Reply(boolean redirect, String text) {}

    private static final String HEAD = "#EXTM3U\n#EXT-X-VERSION:6\n#EXT-X-TARGETDURATION:2\n";

    private final HttpServer http;
    private final ServerSocket rtsp;
    private final Map<String, Reply> replies = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String camera = "";

    private RedirectingServer() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/", exchange -> {
            try (exchange) {
                asked.incrementAndGet();
                Reply reply = replies.get(exchange.getRequestURI().getPath());
                if (reply == null) {
                    exchange.sendResponseHeaders(404, -1);
                } else if (reply.redirect()) {
                    exchange.getResponseHeaders().set("Location", reply.text());
                    exchange.sendResponseHeaders(302, -1);
                } else {
                    byte[] body = reply.text().getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                }
            }
        });
        http.start();
        rtsp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().start(this::camera);
    }

    static RedirectingServer start() throws IOException {
        return new RedirectingServer();
    }

    int http() {
        return http.getAddress().getPort();
    }

    int rtsp() {
        return rtsp.getLocalPort();
    }

    int asked() {
        return asked.get();
    }

    /** Sources by name, each of which leads to the port on loopback or another forbidden address. */
    Map<String, String> sources(int port) {
        String inside = "127.0.0.1:" + port;
        Map<String, String> sources = new LinkedHashMap<>();
        String[] places = {
            "http://" + inside + "/",
            "https://" + inside + "/",
            "//" + inside + "/",
            "http://localhost:" + port + "/",
            "http://[::1]:" + port + "/",
            "http://inside.example.org:" + port + "/",
            "http://169.254.169.254/latest/",
            "http://2130706433:" + port + "/",
            "http://10.0.0.1/",
            "file:///etc/passwd",
            "rtsp://" + inside + "/",
            "http://a@" + inside + "/"
        };
        for (String place : places) {
            sources.put("redirect-" + sources.size(), redirect(place));
        }
        sources.put("redirects", redirect(redirect(redirect("http://" + inside + "/"))));
        for (String place : places) {
            sources.put("segment-" + sources.size(), playlist(HEAD + "#EXTINF:2,\n" + place + "\n"));
        }
        String segment = "#EXTINF:2,\nown.ts\n";
        sources.put("key", playlist(HEAD + "#EXT-X-KEY:METHOD=AES-128,URI=\"http://" + inside + "/k\"\n" + segment));
        sources.put("bare-key", playlist(HEAD + "#EXT-X-KEY:METHOD=AES-128,URI=http://" + inside + "/k\n" + segment));
        sources.put("map", playlist(HEAD + "#EXT-X-MAP:URI=\"http://" + inside + "/m\"\n" + segment));
        sources.put("variant", playlist(HEAD + "#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://" + inside + "/v.m3u8\n"));
        sources.put(
                "rendition",
                playlist(HEAD + "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"a\",NAME=\"a\",URI=\"http://" + inside
                        + "/a.m3u8\"\n#EXT-X-STREAM-INF:BANDWIDTH=1,AUDIO=\"a\"\nown.m3u8\n"));
        sources.put("concat", playlist(HEAD + "#EXTINF:2,\nconcat:/etc/passwd\n"));
        sources.put("data", playlist(HEAD + "#EXTINF:2,\ndata:video/mp2t;base64,Rw==\n"));
        sources.put("crypto", playlist(HEAD + "#EXTINF:2,\ncrypto+http://" + inside + "/\n"));
        sources.put("proxy", playlist(HEAD + "#EXTINF:2,\nhttpproxy://" + inside + "/a:80\n"));
        sources.put("foreign", playlist(HEAD + "#EXTINF:2,\nhttp://93.184.216.34/foreign.ts\n"));
        sources.put(
                "nested",
                playlist(HEAD + "#EXT-X-STREAM-INF:BANDWIDTH=1\n"
                        + playlist(HEAD + "#EXTINF:2,\nhttp://" + inside + "/n.ts\n") + "\n"));
        sources.put(
                "segment-redirect", playlist(HEAD + "#EXTINF:2,\n" + redirect("http://" + inside + "/r.ts") + "\n"));
        sources.put(
                "key-redirect",
                playlist(HEAD + "#EXT-X-KEY:METHOD=AES-128,URI=\"" + redirect("http://" + inside + "/k") + "\"\n"
                        + segment));
        sources.put(
                "variant-redirect",
                playlist(HEAD + "#EXT-X-STREAM-INF:BANDWIDTH=1\n" + redirect("http://" + inside + "/v.m3u8") + "\n"));
        camera = "rtsp://" + inside + "/moved";
        sources.put("camera", "rtsp://127.0.0.1:" + rtsp() + "/camera");
        return sources;
    }

    private String redirect(String to) {
        return put("/r" + replies.size() + ".ts", new Reply(true, to));
    }

    private String playlist(String text) {
        return put(
                "/p" + replies.size() + ".m3u8",
                new Reply(false, text + (text.contains("STREAM-INF") ? "" : "#EXT-X-ENDLIST\n")));
    }

    private String put(String path, Reply reply) {
        replies.put(path, reply);
        return "http://127.0.0.1:" + http() + path;
    }

    /** RTSP server that redirects. */
    private void camera() {
        while (!rtsp.isClosed()) {
            try (Socket client = rtsp.accept()) {
                BufferedReader in =
                        new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    if (line.startsWith("CSeq:")) {
                        client.getOutputStream()
                                .write(("RTSP/1.0 302 Moved Temporarily\r\n" + line + "\r\nLocation: " + camera
                                                + "\r\n\r\n")
                                        .getBytes(StandardCharsets.US_ASCII));
                    }
                }
            } catch (IOException gone) {
                // The next one.
            }
        }
    }

    @Override
    public void close() {
        http.stop(0);
        try {
            rtsp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
