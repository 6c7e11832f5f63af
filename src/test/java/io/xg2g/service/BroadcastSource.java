package io.xg2g.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.xg2g.ffmpeg.TestMedia;
import io.xg2g.media.TsTimes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/**
 * Simulated broadcast: endless MPEG-TS over HTTP in real time without discontinuities: 1080i25 H.264 with open GOP and
 * B-pyramid, and AC-3; narrow, so that two cores suffice. At each second one frame is white, and a beep starts.
 *
 * <p>A new client starts at the current position, usually in the middle of a GOP.
 */
final class BroadcastSource implements AutoCloseable {
    /** 800 video frames, and 1000 frames of AC-3: a seamless loop. */
    private static final int SECONDS = 32;

    static final int PACKET = 188;
    static final int VIDEO_PID = 0x100;
    private static final long NANOS_PER_TICK_9 = 100_000;

    private final long shift;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Chunk> chunks;
    private final Map<Integer, Integer> packetsOfPid = new HashMap<>();
    private final long began = System.nanoTime();
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private volatile boolean closed;

    /** Packets that are due at the same time, in 90 kHz ticks from the start of the loop. */
    @SuppressWarnings("ArrayRecordComponent") // Not changed by anybody.
    private record Chunk(long at, byte[] packets) {}

    private BroadcastSource(long shift) throws IOException {
        this.shift = shift;
        byte[] loop = Files.readAllBytes(file());
        chunks = chunks(loop);
        for (int at = 0; at < loop.length; at += PACKET) {
            if ((loop[at + 3] & 0x10) != 0) {
                packetsOfPid.merge(pid(loop, at), 1, Integer::sum);
            }
        }
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::send);
        server.start();
    }

    static BroadcastSource start() throws IOException {
        return new BroadcastSource(0);
    }

    /** A source whose 33-bit clock wraps after about this number of seconds. */
    static BroadcastSource wrappingIn(int seconds) throws IOException {
        return new BroadcastSource((1L << 33) - seconds * 90_000L);
    }

    /** The recording sent in a loop: 32 s. */
    static Path file() {
        return TestMedia.encoded(
                "broadcast.ts",
                "-f lavfi -i testsrc2=s=128x1080:r=50:d=32 -f lavfi"
                        + " -i aevalsrc=0.5*sin(2*PI*1000*t)*lt(mod(t\\,1)\\,0.1):s=48000:d=32"
                        + " -vf drawbox=c=white:t=fill:enable=lt(mod(n\\,50)\\,2),interlace=scan=tff,format=yuv420p"
                        + " -c:v libx264 -preset superfast -flags +ilme+ildct -x264-params"
                        + " tff=1:open-gop=1:keyint=25:min-keyint=25:scenecut=0:bframes=3:b-pyramid=normal"
                        + " -b:v 1200k -maxrate 1500k -bufsize 1500k -c:a ac3 -ac 2 -b:a 192k -f mpegts");
    }

    /** URL of the source. */
    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/1:0:19:132F:3EF:1:C00000:0:0:0:");
    }

    /** All sent bytes, in the order of sending. */
    byte[] sent() {
        synchronized (sent) {
            return sent.toByteArray();
        }
    }

    private void send(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "video/mpeg");
            exchange.sendResponseHeaders(200, 0);
            OutputStream out = exchange.getResponseBody();
            long at = (System.nanoTime() - began) * 9 / NANOS_PER_TICK_9;
            long loop = at / ticks();
            int next = 0;
            while (next < chunks.size() && chunks.get(next).at() + loop * ticks() < at) {
                next++;
            }
            while (!closed) {
                if (next == chunks.size()) {
                    next = 0;
                    loop++;
                }
                Chunk chunk = chunks.get(next++);
                long due = began + (chunk.at() + loop * ticks()) * NANOS_PER_TICK_9 / 9;
                LockSupport.parkNanos(due - System.nanoTime());
                byte[] packets = moved(chunk.packets(), loop);
                out.write(packets);
                out.flush();
                synchronized (sent) {
                    sent.write(packets);
                }
            }
        }
    }

    private static long ticks() {
        return SECONDS * 90_000L;
    }

    /** The packets of a later round: later times, continued continuity counters. */
    private byte[] moved(byte[] packets, long loop) {
        byte[] moved = packets.clone();
        TsTimes.shift(moved, shift + loop * ticks());
        for (int at = 0; at < moved.length; at += PACKET) {
            long counter = (moved[at + 3] & 0xf) + loop * packetsOfPid.getOrDefault(pid(moved, at), 0);
            moved[at + 3] = (byte) ((moved[at + 3] & 0xf0) | (counter & 0xf));
        }
        return moved;
    }

    private static int pid(byte[] packets, int at) {
        return (packets[at + 1] & 0x1f) << 8 | packets[at + 2] & 0xff;
    }

    /** Splits the recording at clock references, which determine when packets are due. */
    private static List<Chunk> chunks(byte[] loop) {
        List<Chunk> chunks = new ArrayList<>();
        long first = -1;
        long time = 0;
        int from = 0;
        for (int at = 0; at < loop.length; at += PACKET) {
            boolean adaptation = (loop[at + 3] & 0x20) != 0 && loop[at + 4] > 0;
            if (adaptation && (loop[at + 5] & 0x10) != 0) {
                long pcr = (loop[at + 6] & 0xffL) << 25
                        | (loop[at + 7] & 0xffL) << 17
                        | (loop[at + 8] & 0xffL) << 9
                        | (loop[at + 9] & 0xffL) << 1
                        | (loop[at + 10] & 0x80L) >> 7;
                first = first < 0 ? pcr : first;
                if (at > from) {
                    chunks.add(new Chunk(time, Arrays.copyOfRange(loop, from, at)));
                }
                from = at;
                time = pcr - first;
            }
        }
        chunks.add(new Chunk(time, Arrays.copyOfRange(loop, from, loop.length)));
        return chunks;
    }

    @Override
    public void close() {
        closed = true;
        server.stop(0);
        threads.shutdownNow();
    }
}
