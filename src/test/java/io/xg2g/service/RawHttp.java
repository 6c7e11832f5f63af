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
final class RawHttp {
    private static final int MOST = 64 * 1024;
    private static final int PATIENCE_MILLIS = Patience.allowance(1500);

    /** Bytes of the response; empty if there was none. */
    record Answer(String text) {
        /** The status; 0 if there is none. */
        int status() {
            return text.matches("(?s)HTTP/1\\.[01] \\d{3}.*") ? Integer.parseInt(text.substring(9, 12)) : 0;
        }
    }

    private RawHttp() {}

    /** Sends the bytes on a new connection and reads until the end, a pause, or the maximum. */
    static Answer send(URI server, byte[] request) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(request);
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[8192];
            for (int n = in.read(buffer); n >= 0 && answer.size() < MOST; n = in.read(buffer)) {
                answer.write(buffer, 0, n);
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
