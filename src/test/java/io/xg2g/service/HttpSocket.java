package io.xg2g.service;

import io.xg2g.schedule.Patience;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Persistent HTTP/1.1 connection without a client library: cheap enough for load, from any loopback address, and as slow or
 * malformed as a test needs.
 */
public final class HttpSocket implements AutoCloseable {
    private static final int LARGE = 256 * 1024;
    private static final int PATIENCE_MILLIS = (int) Patience.seconds(60).toMillis();

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[LARGE];

    /** A response whose body was read and discarded, except for errors. */
    public record Answer(int status, Map<String, String> headers, String error) {

        /** A required header. */
        String header(String name) {
            String value = headers.get(name.toLowerCase(Locale.ROOT));
            if (value == null) {
                throw new AssertionError("no " + name + " in " + this);
            }
            return value;
        }
    }

    private HttpSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream(), LARGE);
    }

    /** A connection from 127.0.0.1. */
    public static HttpSocket open(int port) throws IOException {
        return open("127.0.0.1", port);
    }

    /** A connection from this address of 127.0.0.0/8. */
    static HttpSocket open(String from, int port) throws IOException {
        Socket socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), PATIENCE_MILLIS);
        return new HttpSocket(socket);
    }

    /** Sends GET and reads the response. */
    public Answer get(String path) throws IOException {
        return ask("GET", path);
    }

    /** Sends a request without a body, with these header lines, and reads the response. */
    Answer ask(String method, String path, String... headers) throws IOException {
        StringBuilder request = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        if (method.equals("POST")) {
            request.append("Content-Length: 0\r\n");
        }
        send(request + "\r\n");
        return answer();
    }

    /** Sends these bytes. */
    void send(String bytes) throws IOException {
        socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads a response. */
    Answer answer() throws IOException {
        String[] lines = head().split("\r\n");
        Map<String, String> headers = new TreeMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        int status = Integer.parseInt(lines[0].split(" ")[1]);
        long length = Long.parseLong(headers.getOrDefault("content-length", "0"));
        if (status >= 400) {
            return new Answer(status, headers, new String(in.readNBytes((int) length), StandardCharsets.UTF_8));
        }
        for (long left = length; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("the body ended " + left + " bytes too soon");
            }
            left -= read;
        }
        return new Answer(status, headers, "");
    }

    private String head() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int read = in.read();
            if (read < 0) {
                throw new EOFException("the connection was closed after \"" + head + "\"");
            }
            head.append((char) read);
        }
        return head.toString();
    }

    /** The next byte, or -1 at the end of the connection. */
    int read() throws IOException {
        return in.read();
    }

    /** Whether the peer has closed the connection; waits briefly. */
    boolean isClosed() {
        try {
            socket.setSoTimeout(1);
            return in.read() < 0;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        } finally {
            restoreTimeout();
        }
    }

    private void restoreTimeout() {
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
        } catch (IOException closed) {
            // It is not read any more.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
