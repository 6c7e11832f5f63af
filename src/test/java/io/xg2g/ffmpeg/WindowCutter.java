package io.xg2g.ffmpeg;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Cuts MPEG-TS into the bytes that windows need: from the GOP that holds the first needed picture (one GOP earlier where
 * that one is open) to the last needed one, shifted so that every window begins at {@link #START}. It trusts its input.
 */
public final class WindowCutter {
    /** Where every window begins, in 90 kHz ticks. */
    public static final long START = 900_000;

    private static final int PACKET = 188;

    /** One picture as it was carried; times in 90 kHz ticks. */
    public record Picture(long pts, long dts, boolean key, ByteArrayOutputStream packets) {}

    private final ByteArrayOutputStream tables = new ByteArrayOutputStream();
    private final List<Picture> pictures = new ArrayList<>();
    private int mapPid = -1;
    private int videoPid = -1;

    /** Takes the whole file in. */
    public WindowCutter(Path file) {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        for (int at = 0; at + PACKET <= bytes.length; at += PACKET) {
            packet(ByteBuffer.wrap(bytes, at, PACKET).slice());
        }
    }

    /** Its pictures in decoding order. */
    public List<Picture> pictures() {
        return pictures;
    }

    /** When the first key picture is shown. */
    public long start() {
        return pictures.stream().filter(Picture::key).findFirst().orElseThrow().pts();
    }

    /**
     * The bytes of one window.
     *
     * @param from its begin, on the file's clock
     * @param length its length in ticks
     * @param distance of two pictures in ticks
     * @param kept which of the needed pictures are not lost
     */
    public byte[] window(long from, long length, long distance, Predicate<Picture> kept) {
        long first = from - 5 * distance / 2;
        long last = from + length + 3 * distance / 2;
        Predicate<Picture> needed = picture -> picture.pts() >= first && picture.pts() < last;
        int begin = 0;
        while (!needed.test(pictures.get(begin))) {
            begin++;
        }
        int end = pictures.size() - 1;
        while (!needed.test(pictures.get(end))) {
            end--;
        }
        int key = keyBefore(begin);
        long shown = pictures.get(key).pts();
        if (pictures.subList(begin, end).stream().anyMatch(picture -> needed.test(picture) && picture.pts() < shown)) {
            key = keyBefore(key - 1);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(tables.toByteArray());
        pictures.subList(key, end + 1).stream()
                .filter(kept)
                .forEach(picture -> out.writeBytes(picture.packets().toByteArray()));
        byte[] shifted = out.toByteArray();
        shift(shifted, START - from);
        return shifted;
    }

    private int keyBefore(int index) {
        int key = Math.max(0, index);
        while (key > 0 && !pictures.get(key).key()) {
            key--;
        }
        return key;
    }

    private void packet(ByteBuffer packet) {
        int pid = packet.getShort(1) & 0x1fff;
        boolean start = (packet.get(1) & 0x40) != 0;
        int payload = payload(packet);
        if (pid == 0 && mapPid < 0) {
            mapPid = packet.getShort(payload + 11) & 0x1fff;
            tables.write(packet.array(), packet.arrayOffset(), PACKET);
        } else if (pid == mapPid && videoPid < 0) {
            videoPid = firstVideo(packet, payload + 1);
            tables.write(packet.array(), packet.arrayOffset(), PACKET);
        } else if (pid == videoPid && start) {
            boolean key = payload > 5 && (packet.get(5) & 0x40) != 0;
            long pts = time(packet, payload + 9);
            long dts = (packet.get(payload + 7) & 0x40) != 0 ? time(packet, payload + 14) : pts;
            pictures.add(new Picture(pts, dts, key, new ByteArrayOutputStream()));
        }
        if (pid == videoPid && !pictures.isEmpty()) {
            pictures.getLast().packets().write(packet.array(), packet.arrayOffset(), PACKET);
        }
    }

    private static int firstVideo(ByteBuffer packet, int section) {
        int at = section + 12 + (packet.getShort(section + 10) & 0xfff);
        while (!List.of(2, 0x1b, 0x24).contains(packet.get(at) & 0xff)) {
            at += 5 + (packet.getShort(at + 3) & 0xfff);
        }
        return packet.getShort(at + 1) & 0x1fff;
    }

    private static int payload(ByteBuffer packet) {
        return (packet.get(3) & 0x20) != 0 ? 5 + (packet.get(4) & 0xff) : 4;
    }

    /** Adds to every time, modulo 2^33. */
    static void shift(byte[] packets, long delta) {
        for (int at = 0; at < packets.length; at += PACKET) {
            ByteBuffer packet = ByteBuffer.wrap(packets, at, PACKET).slice();
            int payload = payload(packet);
            boolean clock = payload > 5 && (packet.get(5) & 0x10) != 0;
            if (clock) {
                long base = ((packet.getInt(6) & 0xffffffffL) << 1) | (packet.get(10) & 0x80) >> 7;
                long moved = base + delta & 0x1ffffffffL;
                packet.putInt(6, (int) (moved >> 1));
                packet.put(10, (byte) (packet.get(10) & 0x7f | (moved & 1) << 7));
            }
            boolean start = (packet.get(1) & 0x40) != 0;
            if (start && payload + 19 <= PACKET && packet.getInt(payload) >>> 8 == 1) {
                int flags = packet.get(payload + 7) & 0xc0;
                if ((flags & 0x80) != 0) {
                    move(packet, payload + 9, delta);
                }
                if ((flags & 0x40) != 0) {
                    move(packet, payload + 14, delta);
                }
            }
        }
    }

    private static long time(ByteBuffer packet, int at) {
        return (packet.get(at) & 0x0eL) << 29
                | (packet.getShort(at + 1) & 0xfffeL) << 14
                | (packet.getShort(at + 3) & 0xfffeL) >> 1;
    }

    private static void move(ByteBuffer packet, int at, long delta) {
        long time = time(packet, at) + delta & 0x1ffffffffL;
        packet.put(at, (byte) (packet.get(at) & 0xf1 | time >> 29 & 0x0e));
        packet.putShort(at + 1, (short) (time >> 14 & 0xfffe | 1));
        packet.putShort(at + 3, (short) (time << 1 & 0xfffe | 1));
    }

    /** A copy in which the payload of every so many packets is noise. */
    static byte[] damaged(byte[] packets, int step) {
        byte[] copy = packets.clone();
        for (int at = 12 * PACKET; at + PACKET <= copy.length; at += step * PACKET) {
            for (int i = 4; i < PACKET; i++) {
                copy[at + i] = (byte) (at * 31 + i * i);
            }
        }
        return copy;
    }
}
