package io.xg2g.service;

import io.xg2g.schedule.Patience;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * HTTP/2 connection in clear text with prior knowledge (RFC 9113, section 3.3), without a client library: it opens any
 * number of streams, and sends window updates and acknowledgements only if told to.
 */
public final class Http2Socket implements AutoCloseable {
    static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    public static final int GOAWAY = 7;
    private static final int WINDOW_UPDATE = 8;

    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;
    private static final int ACK = 1;

    private static final int PATIENCE_MILLIS = (int) Patience.seconds(60).toMillis();

    private final Socket socket;
    private final DataOutputStream out;
    private final DataInputStream in;
    private int nextStream = 1;

    /** A frame; the payload of DATA is omitted. */
    public record Frame(int type, int flags, int stream, byte[] payload) {
        /** The values of a SETTINGS frame by their numbers. */
        Map<Integer, Long> settings() {
            Map<Integer, Long> values = new TreeMap<>();
            ByteBuffer entries = ByteBuffer.wrap(payload);
            while (entries.remaining() >= 6) {
                values.put((int) entries.getShort(), Integer.toUnsignedLong(entries.getInt()));
            }
            return values;
        }

        /** The code of a RST_STREAM frame. */
        int error() {
            return ByteBuffer.wrap(payload).getInt();
        }

        public boolean endsStream() {
            return (flags & END_STREAM) != 0;
        }
    }

    /** A connection from this address of 127.0.0.0/8. */
    public Http2Socket(String from, int port) throws IOException {
        socket = new Socket();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), PATIENCE_MILLIS);
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        in = new DataInputStream(socket.getInputStream());
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(SETTINGS, 0, 0, new byte[0]);
    }

    void acknowledge() throws IOException {
        frame(SETTINGS, ACK, 0, new byte[0]);
    }

    /** Sets SETTINGS_INITIAL_WINDOW_SIZE to 0, so that new streams cannot carry data. */
    void closeWindows() throws IOException {
        frame(SETTINGS, 0, 0, new byte[] {0, INITIAL_WINDOW_SIZE, 0, 0, 0, 0});
    }

    /** Sends GET for a path of at most 100 characters; returns its stream id. */
    int get(String path) throws IOException {
        return get(path, "");
    }

    /** Sends GET with the value of {@code Authorization}, at most 100 characters; none if empty. */
    public int get(String path, String authorization) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        // RFC 7541, appendix A: :method GET, :scheme http; then literals for :path and :authority.
        head.writeBytes(new byte[] {(byte) 0x82, (byte) 0x86});
        literal(head, 4, path);
        literal(head, 1, "localhost");
        if (!authorization.isEmpty()) {
            // Index 23, beyond the prefix of four bits.
            head.write(15);
            literal(head, 23 - 15, authorization);
        }
        int stream = nextStream;
        nextStream += 2;
        frame(HEADERS, END_HEADERS | END_STREAM, stream, head.toByteArray());
        return stream;
    }

    /** Lets the peer send as many more bytes on a stream; on the connection if the stream is 0. */
    void openWindow(int stream, int bytes) throws IOException {
        frame(WINDOW_UPDATE, 0, stream, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    /** Resets a stream as {@code CANCEL}. */
    void reset(int stream) throws IOException {
        frame(RST_STREAM, 0, stream, new byte[] {0, 0, 0, 8});
    }

    /** The next frame. */
    public Frame read() throws IOException {
        int length = (in.readUnsignedByte() << 16) | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt() & Integer.MAX_VALUE;
        byte[] payload = in.readNBytes(length);
        if (payload.length < length) {
            throw new EOFException("the connection was closed within a frame");
        }
        return new Frame(type, flags, stream, type == DATA ? new byte[0] : payload);
    }

    private static void literal(ByteArrayOutputStream head, int name, String value) {
        head.write(name);
        head.write(value.length());
        head.writeBytes(value.getBytes(StandardCharsets.US_ASCII));
    }

    private void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        out.writeShort(payload.length >> 8);
        out.writeByte(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
