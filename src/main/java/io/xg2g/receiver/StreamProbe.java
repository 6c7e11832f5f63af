package io.xg2g.receiver;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.xg2g.receiver.ProbeResult.Cause;
import io.xg2g.receiver.ProbeResult.Failed;
import io.xg2g.receiver.ProbeResult.Proven;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Probe that requests the stream of a service and examines the first packets. Uses a plain socket, since a probe must be exactly
 * one connection: {@link java.net.http.HttpClient} connects again by itself if it gets no response.
 */
final class StreamProbe implements Probe {
    private static final Pattern STATUS = Pattern.compile("\\AHTTP/1\\.[01] (\\d{3})\\b");

    /** End of the head; the stream relay of OSCam ends lines with LF alone. */
    private static final Pattern END = Pattern.compile("\r?\n\r?\n");

    private static final int MAX_HEAD = 16 * 1024;

    private final ReceiverSettings settings;

    StreamProbe(ReceiverSettings settings) {
        this.settings = settings;
    }

    @Override
    public ProbeResult probe(int port, ServiceReference service) throws InterruptedException {
        Duration limit = settings.timeout(port);
        Deadline deadline = new Deadline(System.nanoTime() + limit.toNanos(), limit);
        try (Socket socket = new Socket()) {
            return probe(socket, port, service, deadline);
        } catch (SocketTimeoutException e) {
            return portFailed(DetectionError.TIMEOUT, "no response within " + seconds(limit));
        } catch (UnknownHostException e) {
            return portFailed(DetectionError.REFUSED, "the host name cannot be resolved");
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while probing a stream port");
            }
            return portFailed(DetectionError.REFUSED, "connection refused, or closed without a response");
        }
    }

    private ProbeResult probe(Socket socket, int port, ServiceReference service, Deadline deadline) throws IOException {
        String host = settings.url().getHost();
        Duration connecting = settings.timing().timeout();
        socket.connect(
                new InetSocketAddress(InetAddress.getByName(host), port),
                Math.toIntExact(Math.min(connecting.toMillis(), deadline.millis())));
        socket.getOutputStream().write(request(host, port, service).getBytes(ISO_8859_1));
        Answer answer = new Answer(socket, deadline);
        Optional<String> head = answer.head();
        if (head.isEmpty()) {
            return new Failed(DetectionError.INVALID_TS, Cause.UNCLEAR, true, "the response is not HTTP");
        }
        int status = Integer.parseInt(head.get());
        if (status == 401 || status == 403) {
            return new Failed(DetectionError.UNAUTHORIZED, Cause.SERVICE, false, "HTTP status " + status);
        }
        if (status != 200) {
            Cause cause = status >= 500 ? Cause.PORT : Cause.SERVICE;
            return new Failed(DetectionError.HTTP_STATUS, cause, status >= 500, "HTTP status " + status);
        }
        return judge(answer, deadline);
    }

    /** Builds the request. HTTP/1.0 prevents a chunked response; HEAD is not used, since receivers answer it with 400. */
    private String request(String host, int port, ServiceReference service) {
        StringBuilder request = new StringBuilder(String.format(
                Locale.ROOT, "GET %s HTTP/1.0\r\nHost: %s:%d\r\nUser-Agent: xg2g-gpu\r\n", service.path(), host, port));
        settings.headers().forEach((name, value) -> request.append(name + ": " + value + "\r\n"));
        return request.append("Connection: close\r\n\r\n").toString();
    }

    private static ProbeResult judge(Answer answer, Deadline deadline) {
        TsProof proof = new TsProof();
        DetectionError end = DetectionError.INVALID_TS;
        String why = "the stream ended";
        try {
            while (answer.length() >= 0) {
                switch (proof.accept(answer.bytes(), answer.length())) {
                    case CLEAR -> {
                        return new Proven();
                    }
                    case SCRAMBLED -> {
                        return scrambled();
                    }
                    case NOT_TS -> {
                        return new Failed(
                                DetectionError.INVALID_TS, Cause.UNCLEAR, true, "the response is not MPEG-TS");
                    }
                    case UNDECIDED -> answer.read();
                }
            }
        } catch (SocketTimeoutException e) {
            end = DetectionError.TIMEOUT;
            why = "no further data within " + seconds(deadline.limit());
        } catch (IOException e) {
            why = "the connection was lost";
        }
        if (proof.isScrambledSoFar()) {
            return scrambled();
        }
        Cause cause = proof.inSync() ? Cause.SERVICE : Cause.UNCLEAR;
        return new Failed(end, cause, true, why + " after " + proof.packets() + " packets");
    }

    private static ProbeResult scrambled() {
        return new Failed(DetectionError.SCRAMBLED, Cause.SERVICE, false, "the stream is scrambled");
    }

    private static ProbeResult portFailed(DetectionError error, String detail) {
        return new Failed(error, Cause.PORT, true, detail);
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }

    /** Deadline of the response. */
    private record Deadline(long nanoTime, Duration limit) {
        /** Returns the remaining milliseconds, at least 1. */
        int millis() throws SocketTimeoutException {
            long left = TimeUnit.NANOSECONDS.toMillis(nanoTime - System.nanoTime());
            if (left <= 0) {
                throw new SocketTimeoutException("over " + limit);
            }
            return Math.toIntExact(left);
        }
    }

    /** Reader of the response: headers, then the body in chunks. */
    private static final class Answer {
        private final Socket socket;
        private final InputStream in;
        private final Deadline deadline;
        private final byte[] buffer = new byte[MAX_HEAD];
        private byte[] chunk = new byte[0];
        private int length;

        Answer(Socket socket, Deadline deadline) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.deadline = deadline;
        }

        /** Reads the headers and returns the status; empty if the response is not HTTP. */
        Optional<String> head() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (head.size() < MAX_HEAD) {
                read();
                if (length < 0) {
                    if (head.size() == 0) {
                        throw new IOException("closed without a response");
                    }
                    return Optional.empty();
                }
                head.write(buffer, 0, length);
                String text = head.toString(ISO_8859_1);
                Matcher end = END.matcher(text);
                if (end.find()) {
                    chunk = text.substring(end.end()).getBytes(ISO_8859_1);
                    length = chunk.length;
                    Matcher status = STATUS.matcher(text);
                    return status.find() ? Optional.of(status.group(1)) : Optional.empty();
                }
                if (!"HTTP/".startsWith(text.substring(0, Math.min(5, text.length())))) {
                    return Optional.empty();
                }
            }
            return Optional.empty();
        }

        /** Reads the next chunk; its length is -1 at the end of the stream. */
        void read() throws IOException {
            socket.setSoTimeout(deadline.millis());
            length = in.read(buffer);
            chunk = buffer;
        }

        byte[] bytes() {
            return chunk;
        }

        int length() {
            return length;
        }
    }
}
