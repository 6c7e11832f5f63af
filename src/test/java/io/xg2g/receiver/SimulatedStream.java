package io.xg2g.receiver;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * MPEG-TS file with its bit rate.
 *
 * @param bytesPerSecond by the program clock references in the file
 */
record SimulatedStream(byte[] bytes, double bytesPerSecond) {
    private static final int PACKET = 188;
    private static final int PIECE = 7 * PACKET;
    private static final double PCR_HERTZ = 90_000;
    private static final Map<Path, SimulatedStream> READ = new ConcurrentHashMap<>();

    static SimulatedStream of(Path file) {
        return READ.computeIfAbsent(file, path -> {
            try {
                byte[] bytes = Files.readAllBytes(path);
                return new SimulatedStream(bytes, pace(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    /** The scrambled variant of the stream. */
    SimulatedStream scrambled() {
        byte[] scrambled = bytes.clone();
        for (int at = 0; at + PACKET <= scrambled.length; at += PACKET) {
            int pid = (scrambled[at + 1] & 0x1F) << 8 | (scrambled[at + 2] & 0xFF);
            boolean payloadOnly = (scrambled[at + 3] & 0x30) == 0x10;
            if (pid >= 0x100 && pid != 0x1000 && payloadOnly) {
                scrambled[at + 3] |= (byte) 0x80;
                for (int i = at + 4; i < at + PACKET; i++) {
                    scrambled[i] ^= (byte) 0x5A;
                }
            }
        }
        return new SimulatedStream(scrambled, bytesPerSecond);
    }

    /** Writes the stream in a loop in real time until the client disconnects. */
    void play(OutputStream to) throws IOException, InterruptedException {
        long start = System.nanoTime();
        int whole = bytes.length / PACKET * PACKET;
        for (long sent = 0; ; ) {
            int at = (int) (sent % whole);
            int length = Math.min(PIECE, whole - at);
            to.write(bytes, at, length);
            sent += length;
            long due = start + (long) (sent / bytesPerSecond * 1e9);
            long ahead = (due - System.nanoTime()) / 1_000_000;
            if (ahead > 0) {
                Thread.sleep(ahead);
            }
        }
    }

    private static double pace(byte[] bytes) {
        long first = -1;
        long firstAt = 0;
        long last = -1;
        long lastAt = 0;
        for (int at = 0; at + PACKET <= bytes.length; at += PACKET) {
            boolean pcr = (bytes[at + 3] & 0x20) != 0 && bytes[at + 4] > 0 && (bytes[at + 5] & 0x10) != 0;
            if (pcr) {
                last = (bytes[at + 6] & 0xFFL) << 25
                        | (bytes[at + 7] & 0xFFL) << 17
                        | (bytes[at + 8] & 0xFFL) << 9
                        | (bytes[at + 9] & 0xFFL) << 1
                        | (bytes[at + 10] & 0x80L) >> 7;
                lastAt = at;
                if (first < 0) {
                    first = last;
                    firstAt = lastAt;
                }
            }
        }
        if (last <= first) {
            throw new IllegalArgumentException("the file has no program clock that advances");
        }
        return (lastAt - firstAt) * PCR_HERTZ / (last - first);
    }
}
