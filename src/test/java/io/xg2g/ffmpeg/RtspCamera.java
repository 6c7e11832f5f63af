package io.xg2g.ffmpeg;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Simulated camera: RTSP over TCP (RFC 2326, 10.12) for one client at a time, with authentication. ffmpeg generates the RTP
 * packets.
 */
public final class RtspCamera implements AutoCloseable {
    /** Required authentication. */
    public enum Login {
        BASIC,
        MD5,
        SHA_256
    }

    private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"?([^\",]*)\"?");

    private static final int PACKETS_PER_REPORT = 50;
    private static final String USER = "admin";
    private static final String PASSWORD = "s3cret @#%41:/?&+!pw";

    private final ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final DatagramSocket packets = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final Process sender;
    private final String description;
    private final Login login;
    private final String announced;
    /** By how much the camera's clock is ahead; none if it sends no reports. */
    private volatile Optional<Duration> clock = Optional.empty();

    /** Number of the current nonce. Used by one thread. */
    private int nonce;

    /** Creates a camera with Basic authentication. */
    public RtspCamera(Path film) throws IOException {
        this(film, Login.BASIC);
    }

    public RtspCamera(Path film, Login login) throws IOException {
        this(film, login, "");
    }

    /** Creates a camera that announces audio, of this format of RTP, and sends none. */
    public static RtspCamera withSilentMicrophone(Path film, String format) throws IOException {
        return new RtspCamera(film, Login.BASIC, "m=audio 0 RTP/AVP " + format + "\r\na=control:track2\r\n");
    }

    private RtspCamera(Path film, Login login, String announced) throws IOException {
        this.login = login;
        this.announced = announced;
        sender = new ProcessBuilder(List.of(("ffmpeg -nostdin -v error -re -stream_loop -1 -i file:" + film
                                + " -map 0:v:0 -c copy" + " -f rtp rtp://127.0.0.1:" + packets.getLocalPort())
                        .split(" ")))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        description = description();
        Thread.ofVirtual().start(this::serve);
    }

    /** Makes the camera send RTCP sender reports (RFC 3550), by a clock that is ahead of this machine's. */
    public void setClock(Duration ahead) {
        clock = Optional.of(ahead);
    }

    /** URL without credentials. */
    public URI address() {
        return URI.create("rtsp://127.0.0.1:" + server.getLocalPort() + "/stream1");
    }

    /** URL with user and password. */
    public URI addressWithPassword() {
        return URI.create(address().toString().replace("://", "://" + USER + ":" + encodedPassword() + "@"));
    }

    /** The user name. */
    public static String user() {
        return USER;
    }

    /** The percent-encoded password of the URL, which must not be disclosed either. */
    public static String encodedPassword() {
        return URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The password, which must not be disclosed. */
    public static String password() {
        return PASSWORD;
    }

    private String description() throws IOException {
        var lines = new BufferedReader(new InputStreamReader(sender.getInputStream(), StandardCharsets.US_ASCII));
        StringBuilder text = new StringBuilder();
        String line = lines.readLine();
        while (line != null && !line.startsWith("a=fmtp")) {
            if (!line.startsWith("SDP")) {
                text.append(line).append("\r\n");
            }
            line = lines.readLine();
        }
        return text + line + "\r\na=control:track1\r\n" + announced;
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket client = server.accept()) {
                converse(client);
            } catch (IOException gone) {
                // The next client.
            }
        }
    }

    private void converse(Socket client) throws IOException {
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
        for (String request = in.readLine(); request != null; request = in.readLine()) {
            String sequence = "";
            String authorization = "";
            for (String header = in.readLine(); !header.isEmpty(); header = in.readLine()) {
                sequence = header.startsWith("CSeq:") ? header : sequence;
                authorization = header.startsWith("Authorization: ") ? header.substring(15) : authorization;
            }
            String method = request.substring(0, request.indexOf(' '));
            if (!method.equals("OPTIONS") && !isLoggedIn(request.split(" "), authorization)) {
                send(client, "RTSP/1.0 401 Unauthorized\r\n" + sequence + challenge(!authorization.isEmpty()) + "\r\n");
                continue;
            }
            String head = "RTSP/1.0 200 OK\r\n" + sequence + "\r\nSession: 1\r\n";
            switch (method) {
                case "DESCRIBE" ->
                    send(
                            client,
                            head + "Content-Type: application/sdp\r\nContent-Length: " + description.length()
                                    + "\r\n\r\n" + description);
                case "SETUP" -> {
                    String channels = request.contains("/track2") ? "2-3" : "0-1";
                    send(client, head + "Transport: RTP/AVP/TCP;unicast;interleaved=" + channels + "\r\n\r\n");
                }
                case "PLAY" -> {
                    send(client, head + "\r\n");
                    Thread.ofVirtual().start(() -> play(client));
                }
                default -> send(client, head + "Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\r\n\r\n");
            }
        }
    }

    /** Digest with a new nonce each time, marked as stale if the previous one was used. */
    private String challenge(boolean answered) {
        if (login == Login.BASIC) {
            return "\r\nWWW-Authenticate: Basic realm=\"camera\"\r\n";
        }
        nonce++;
        return "\r\nWWW-Authenticate: Basic realm=\"camera\"\r\nWWW-Authenticate: Digest realm=\"camera\", nonce=\""
                + nonce + "\", qop=\"auth\", algorithm=" + algorithm() + (answered ? ", stale=TRUE" : "") + "\r\n";
    }

    /** A nonce is valid for two requests. */
    private boolean isLoggedIn(String[] request, String authorization) {
        String both = USER + ":" + PASSWORD;
        if (login == Login.BASIC) {
            byte[] bytes = both.getBytes(StandardCharsets.US_ASCII);
            return authorization.equals("Basic " + Base64.getEncoder().encodeToString(bytes));
        }
        Map<String, String> given = new HashMap<>();
        Matcher parameter = PARAMETER.matcher(authorization);
        while (parameter.find()) {
            given.put(parameter.group(1), parameter.group(2));
        }
        String count = given.getOrDefault("nc", "");
        String secret = hash(USER + ":camera:" + PASSWORD);
        String expected = hash(secret + ":" + nonce + ":" + count + ":" + given.get("cnonce") + ":auth:"
                + hash(request[0] + ":" + request[1]));
        return authorization.startsWith("Digest ")
                && given.getOrDefault("nonce", "").equals(Integer.toString(nonce))
                && request[1].equals(given.get("uri"))
                && (count.equals("00000001") || count.equals("00000002"))
                && expected.equals(given.get("response"));
    }

    private String algorithm() {
        return login == Login.MD5 ? "MD5" : "SHA-256";
    }

    private String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance(algorithm()).digest(text.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private void play(Socket client) {
        try {
            OutputStream out = client.getOutputStream();
            byte[] buffer = new byte[4 + 2048];
            DatagramPacket packet = new DatagramPacket(buffer, 4, 2048);
            for (int number = 0; ; number++) {
                if (number % PACKETS_PER_REPORT == 0 && clock.isPresent()) {
                    out.write(senderReport(Instant.now().plus(clock.get())));
                }
                packet.setLength(2048);
                packets.receive(packet);
                int length = packet.getLength();
                buffer[0] = '$';
                buffer[1] = 0;
                buffer[2] = (byte) (length >> 8);
                buffer[3] = (byte) length;
                out.write(buffer, 0, 4 + length);
            }
        } catch (IOException gone) {
            // The client has disconnected, or the camera is closed.
        }
    }

    /** Returns a sender report (RFC 3550, section 6.4.1) in a packet of a connection (RFC 2326, section 10.12). */
    public static byte[] senderReport(Instant now) {
        return ByteBuffer.allocate(32)
                .put((byte) '$')
                .put((byte) 1)
                .putShort((short) 28)
                .put((byte) 0x80)
                .put((byte) 200)
                .putShort((short) 6)
                .putInt(1)
                .putInt((int) (now.getEpochSecond() + 2_208_988_800L))
                .putInt((int) (((long) now.getNano() << 32) / 1_000_000_000L))
                .array();
    }

    private static void send(Socket client, String text) throws IOException {
        client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        sender.destroyForcibly().onExit().join();
        packets.close();
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
