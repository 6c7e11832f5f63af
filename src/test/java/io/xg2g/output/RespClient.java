package io.xg2g.output;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Minimal client of Redis (RESP 2), independent of the one in the program. */
final class RespClient implements AutoCloseable {
    private final Socket socket;
    private final BufferedInputStream in;

    RespClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** Sends a command that is answered with a text. */
    String text(String... command) {
        return new String(bytes(command), StandardCharsets.UTF_8);
    }

    /** Sends a command that is answered with bytes. */
    byte[] bytes(String... command) {
        return (byte[]) call(command);
    }

    /** Returns all keys of a pattern. */
    List<String> keys(String pattern) {
        return ((List<?>) call("KEYS", pattern))
                .stream()
                        .map(key -> new String((byte[]) key, StandardCharsets.UTF_8))
                        .toList();
    }

    private Object call(String... command) {
        try {
            ByteArrayOutputStream request = new ByteArrayOutputStream();
            request.writeBytes(("*" + command.length + "\r\n").getBytes(StandardCharsets.UTF_8));
            for (String part : command) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                request.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
                request.writeBytes(bytes);
                request.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
            }
            socket.getOutputStream().write(request.toByteArray());
            return answer();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Object answer() throws IOException {
        String line = line();
        String rest = line.substring(1);
        return switch (line.charAt(0)) {
            case '+', ':' -> rest.getBytes(StandardCharsets.UTF_8);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> {
                List<Object> all = new ArrayList<>();
                for (int i = Integer.parseInt(rest); i > 0; i--) {
                    all.add(answer());
                }
                yield all;
            }
            default -> throw new AssertionError(line);
        };
    }

    private byte[] bulk(int length) throws IOException {
        if (length < 0) {
            return new byte[0];
        }
        byte[] bytes = in.readNBytes(length);
        line();
        return bytes;
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("closed");
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
