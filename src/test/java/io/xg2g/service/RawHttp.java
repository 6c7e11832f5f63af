package io.xg2g.service;

import io.xg2g.schedule.Patience;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Client that sends one request as bytes and reads the response. */
public final class RawHttp {
    private static final int MOST = 64 * 1024;

    /** Silence after which a response is taken for complete, on a connection that stays open. */
    private static final int PAUSE_MILLIS = Patience.allowance(1500);

    private static final int PATIENCE_MILLIS = (int) Patience.seconds(60).toMillis();

    /** Bytes of the response; empty if there was none. */
    public record Answer(String text) {
        /** The status; 0 if there is none. */
        public int status() {
            return text.matches("(?s)HTTP/1\\.[01] \\d{3}.*") ? Integer.parseInt(text.substring(9, 12)) : 0;
        }
    }

    private RawHttp() {}

    /** Sends the bytes of a request on a new connection, and reads its response until the end, a pause, or the maximum. */
    public static Answer send(URI server, byte[] request) throws IOException {
        return send(server, request, PATIENCE_MILLIS);
    }

    /** The same with bytes that may be no complete request, so that there may be no response. */
    static Answer sendAnything(URI server, byte[] bytes) throws IOException {
        return send(server, bytes, PAUSE_MILLIS);
    }

    private static Answer send(URI server, byte[] request, int patienceMillis) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(patienceMillis);
            socket.getOutputStream().write(request);
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0 && answer.size() < MOST; n = in.read(buffer)) {
                answer.write(buffer, 0, n);
                socket.setSoTimeout(PAUSE_MILLIS);
            }
        } catch (SocketTimeoutException enough) {
            // An endless response, or an incomplete request.
        } catch (IOException cutOff) {
            if (answer.size() == 0) {
                return new Answer("");
            }
        }
        return new Answer(answer.toString(StandardCharsets.ISO_8859_1));
    }
}
