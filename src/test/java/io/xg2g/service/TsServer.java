package io.xg2g.service;

import io.xg2g.http.FreePort;
import io.xg2g.media.TsTimes;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A clip, usually of {@value #SECONDS} seconds, as an endless MPEG-TS over HTTP in real time, the same for all clients; with
 * simulated faults of a source. Thread-safe; {@code close} ends everything.
 */
final class TsServer implements AutoCloseable {
    /** Duration of most clips. */
    static final int SECONDS = 12;

    /** Response to a request. */
    enum Answer {
        STREAM,
        /** The connection is accepted, without a response. */
        HANG,
        /** A response head without a body. */
        SILENCE,
        /** 200 and an HTML page. */
        HTML,
        NOT_FOUND
    }

    private static final int PACKET = 188;
    private static final int AUDIO_PID = 0x101;
    private static final byte[] NOTHING = nothing();

    private final InetSocketAddress address;
    private final long length;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final long began = System.nanoTime();
    private volatile ServerSocket socket;
    private volatile Clip clip;
    private volatile @Nullable Clip following;
    private volatile Answer answer = Answer.STREAM;
    private volatile long shift;
    private volatile double damage;
    private volatile boolean scrambled;
    private volatile boolean misleading;
    private volatile int stuffing;
    private volatile boolean closed;

    /** Packets that are due at the same time, in 90 kHz ticks from the start of the clip. */
    private record Chunk(long at, byte[] packets) {}

    private record Clip(List<Chunk> chunks) {
        static Clip of(Path file) {
            try {
                return new Clip(cut(Files.readAllBytes(file)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Whether the first chunk that is due at this time or later begins with a keyframe: its random access indicator is set. */
        boolean hasKeyframe(long at) {
            int next = from(at);
            return next < chunks.size() && (chunks.get(next).packets()[5] & 0x40) != 0;
        }

        /** Index of the first chunk that is due at this time or later. */
        int from(long at) {
            int low = 0;
            int high = chunks.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (chunks.get(middle).at() < at) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }

    private TsServer(Path file, int seconds) {
        length = seconds * 90_000L;
        clip = Clip.of(file);
        socket = open(new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePort.any()));
        address = (InetSocketAddress) socket.getLocalSocketAddress();
    }

    static TsServer start(Path file) {
        return start(file, SECONDS);
    }

    /** Starts with clips of another duration. */
    static TsServer start(Path file, int seconds) {
        return new TsServer(file, seconds);
    }

    /** Position in the clip in seconds: what is sent now. */
    double position() {
        return Math.floorMod(ticks(), length) / 90_000.0;
    }

    private long ticks() {
        return (System.nanoTime() - began) * 9 / 100_000;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + address.getPort() + "/stream");
    }

    /** Sets the response to new requests; open connections are closed. */
    void answer(Answer next) {
        answer = next;
        cut();
    }

    /** Ends every connection. */
    void cut() {
        connections.forEach(TsServer::end);
    }

    /** Closes every connection and refuses new ones. */
    void refuse() {
        end(socket);
        cut();
    }

    /** Accepts connections again. */
    void listen() {
        socket = open(address);
    }

    /** Continues the stream with another clip. */
    void play(Path file) {
        following = null;
        clip = Clip.of(file);
    }

    /** Continues the stream with another clip at its next keyframe, as a broadcaster does. */
    void playFromKeyframe(Path file) {
        following = Clip.of(file);
    }

    /** Shifts all further timestamps by 90 kHz ticks. */
    void jump(long ticks) {
        shift += ticks;
    }

    /** Wraps the clocks after this number of seconds. */
    void wrapIn(int seconds) {
        shift = (1L << 33) - seconds * 90_000L - ticks();
    }

    /** Sets the fraction of packets with a changed byte. */
    void damage(double share) {
        damage = share;
    }

    /** Changes the next audio frame header to 32 kHz instead of 48, and the bit rate that fits its length. */
    void misleadAudio() {
        misleading = true;
    }

    /** Whether that header is not sent yet. */
    boolean isMisleading() {
        return misleading;
    }

    void scramble(boolean now) {
        scrambled = now;
    }

    /** Adds null packets to each chunk. */
    void stuff(int packets) {
        stuffing = packets;
    }

    /** Number of readers. */
    int readers() {
        return connections.size();
    }

    @Override
    public void close() {
        closed = true;
        refuse();
    }

    private ServerSocket open(InetSocketAddress where) {
        try {
            ServerSocket server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(where, 50);
            Thread.ofVirtual().start(() -> accept(server));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket server) {
        try {
            while (true) {
                Socket connection = server.accept();
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (IOException ended) {
            end(server);
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            connection.getInputStream().readNBytes(1);
            OutputStream out = connection.getOutputStream();
            switch (answer) {
                case STREAM -> {
                    head(out, "200 OK", "video/mpeg", "");
                    play(connection, out);
                }
                case HANG -> awaitEnd(connection);
                case SILENCE -> {
                    head(out, "200 OK", "video/mpeg", "");
                    awaitEnd(connection);
                }
                case HTML -> head(out, "200 OK", "video/mpeg", "<!DOCTYPE html><html><body>Please wait</body></html>");
                case NOT_FOUND -> head(out, "404 Not Found", "text/plain", "no");
            }
        } catch (IOException gone) {
            // The reader has disconnected, or the connection was closed.
        } finally {
            connections.remove(connection);
        }
    }

    private static void head(OutputStream out, String status, String type, String body) throws IOException {
        String head = "HTTP/1.1 " + status + "\r\nContent-Type: " + type + "\r\nConnection: close\r\n\r\n";
        out.write((head + body).getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static void awaitEnd(Socket connection) throws IOException {
        while (connection.getInputStream().read() >= 0) {
            // Input is ignored.
        }
    }

    private void play(Socket connection, OutputStream out) throws IOException {
        int[] counters = new int[8192];
        Random random = new Random(42);
        long at = ticks();
        while (!closed && !connection.isClosed()) {
            long loop = Math.floorDiv(at, length);
            Clip other = following;
            if (other != null && other.hasKeyframe(Math.floorMod(at, length))) {
                clip = other;
            }
            Clip playing = clip;
            int next = playing.from(Math.floorMod(at, length));
            if (next == playing.chunks().size()) {
                at = (loop + 1) * length;
                continue;
            }
            Chunk chunk = playing.chunks().get(next);
            long due = loop * length + chunk.at();
            LockSupport.parkNanos(began + due * 100_000 / 9 - System.nanoTime());
            out.write(packets(chunk, loop, counters, random));
            for (int i = 0; i < stuffing; i++) {
                out.write(NOTHING);
            }
            out.flush();
            at = due + 1;
        }
    }

    /** Packets of this round: shifted times, continued counters, and injected faults. */
    private byte[] packets(Chunk chunk, long loop, int[] counters, Random random) {
        byte[] packets = chunk.packets().clone();
        TsTimes.shift(packets, loop * length + shift);
        for (int at = 0; at < packets.length; at += PACKET) {
            int pid = (packets[at + 1] & 0x1f) << 8 | packets[at + 2] & 0xff;
            counters[pid] += (packets[at + 3] & 0x10) >> 4;
            packets[at + 3] = (byte) ((packets[at + 3] & 0xf0) | (counters[pid] - 1 & 0xf));
            if (scrambled && pid >= 0x100 && pid < 0x1000) {
                packets[at + 3] |= (byte) 0x80;
            }
            if (misleading && pid == AUDIO_PID) {
                misleading = !claimAnotherRate(packets, at + 4, at + PACKET);
            }
            if (random.nextDouble() < damage) {
                packets[at + random.nextInt(PACKET)] ^= (byte) (1 + random.nextInt(255));
            }
        }
        return packets;
    }

    /** Changes the first header of an MP2 frame of 96 kbit/s; returns whether there was one. */
    private static boolean claimAnotherRate(byte[] packets, int from, int to) {
        for (int at = from; at + 2 < to; at++) {
            if (packets[at] == (byte) 0xff && packets[at + 1] == (byte) 0xfd && packets[at + 2] == 0x64) {
                packets[at + 2] = 0x48;
                return true;
            }
        }
        return false;
    }

    /** Splits a clip at clock references, which determine when packets are due. */
    private static List<Chunk> cut(byte[] clip) {
        List<Chunk> chunks = new ArrayList<>();
        long first = -1;
        long time = 0;
        int from = 0;
        for (int at = 0; at < clip.length; at += PACKET) {
            boolean adaptation = (clip[at + 3] & 0x20) != 0 && clip[at + 4] > 0;
            if (adaptation && (clip[at + 5] & 0x10) != 0) {
                long pcr = (clip[at + 6] & 0xffL) << 25
                        | (clip[at + 7] & 0xffL) << 17
                        | (clip[at + 8] & 0xffL) << 9
                        | (clip[at + 9] & 0xffL) << 1
                        | (clip[at + 10] & 0x80L) >> 7;
                first = first < 0 ? pcr : first;
                if (at > from) {
                    chunks.add(new Chunk(time, Arrays.copyOfRange(clip, from, at)));
                }
                from = at;
                time = Math.max(time + 1, pcr - first);
            }
        }
        chunks.add(new Chunk(time, Arrays.copyOfRange(clip, from, clip.length)));
        return List.copyOf(chunks);
    }

    private static byte[] nothing() {
        byte[] packet = new byte[PACKET];
        packet[0] = 0x47;
        packet[1] = 0x1f;
        packet[2] = (byte) 0xff;
        packet[3] = 0x10;
        return packet;
    }

    private static void end(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception already) {
            throw new AssertionError(already);
        }
    }
}
