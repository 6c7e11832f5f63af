package io.xg2g.queue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

/**
 * Content of a file of a {@link SimulatedDisk}: as programs see it, and as it was at the latest sync. Between syncs it keeps
 * each state of each sector, since any of them may be on the disk when power fails.
 */
final class SimulatedFile {
    private final int sectorBytes;
    private byte[] bytes = {};
    private byte[] synced = {};

    /** Sizes since the latest sync. */
    private final List<Integer> sizes = new ArrayList<>();

    /** States of the sectors that were written since the latest sync, but for the current ones. */
    private final Map<Integer, List<byte[]>> earlier = new HashMap<>();

    private final TreeSet<Integer> dirty = new TreeSet<>();

    SimulatedFile(int sectorBytes) {
        this.sectorBytes = sectorBytes;
    }

    /** A copy of what is visible, all of it synced. */
    SimulatedFile(int sectorBytes, byte[] content) {
        this.sectorBytes = sectorBytes;
        bytes = content;
        synced = content.clone();
    }

    byte[] bytes() {
        return bytes;
    }

    void write(byte[] from, int offset, int length, long position) {
        int end = (int) position + length;
        change((int) Math.min(position, bytes.length), end);
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, end);
        }
        System.arraycopy(from, offset, bytes, (int) position, length);
        sizes.add(bytes.length);
    }

    void truncate(int size) {
        if (size < bytes.length) {
            change(size, bytes.length);
            bytes = Arrays.copyOf(bytes, size);
            sizes.add(size);
        }
    }

    private void change(int from, int to) {
        for (int sector = from / sectorBytes; sector * sectorBytes < to; sector++) {
            if (!dirty.add(sector)) {
                earlier.computeIfAbsent(sector, _ -> new ArrayList<>()).add(sector(bytes, sector));
            }
        }
    }

    private byte[] sector(byte[] content, int sector) {
        int from = Math.min(sector * sectorBytes, content.length);
        return Arrays.copyOf(
                Arrays.copyOfRange(content, from, Math.min(from + sectorBytes, content.length)), sectorBytes);
    }

    void sync() {
        byte[] now = Arrays.copyOf(synced, bytes.length);
        for (int sector : dirty) {
            put(sector(bytes, sector), sector, now);
        }
        synced = now;
        forget();
    }

    /** A sync fails: the system drops what was written, or not, and a later sync does not say so. */
    void failSync(Random random) {
        synced = afterCut(random);
        forget();
    }

    private void forget() {
        dirty.clear();
        earlier.clear();
        sizes.clear();
    }

    /** Returns the content after a power cut: any state since the latest sync for each sector, and any size. */
    byte[] afterCut(Random random) {
        int choice = random.nextInt(sizes.size() + 1);
        int size = choice == sizes.size() ? synced.length : sizes.get(choice);
        byte[] left = Arrays.copyOf(synced, size);
        for (int sector : dirty) {
            List<byte[]> states = new ArrayList<>(earlier.getOrDefault(sector, List.of()));
            states.add(sector(bytes, sector));
            states.add(sector(synced, sector));
            put(states.get(random.nextInt(states.size())), sector, left);
        }
        return left;
    }

    private void put(byte[] state, int sector, byte[] to) {
        int from = sector * sectorBytes;
        if (from < to.length) {
            System.arraycopy(state, 0, to, from, Math.min(sectorBytes, to.length - from));
        }
    }
}
