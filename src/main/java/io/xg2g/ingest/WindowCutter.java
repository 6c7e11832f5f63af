package io.xg2g.ingest;

import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.media.TsTimes;
import io.xg2g.media.VideoFrame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a source's pictures into windows of one frame grid, each a transport stream that can be decoded on its own.
 *
 * <p>The grid begins at the first key picture. A window's bytes begin with the group of pictures that holds its first
 * needed picture, or with the one before it where that picture refers back beyond its group's key picture (open GOP);
 * they end with its last needed picture. Deinterlacing needs two pictures before the window and one after it. All times
 * are shifted so that the window begins at {@link #START}.
 *
 * <p>Not thread-safe; no I/O.
 */
public final class WindowCutter {
    /** Where every window begins in its bytes, in 90 kHz ticks: late enough for what is decoded ahead of it. */
    public static final long START = 2_700_000;

    /** A second of pictures says what the source is. */
    private static final long SAMPLE_TICKS = 90_000;

    private static final long LONGEST_WITHOUT_KEY = 30 * 90_000;
    private static final long LARGEST_JUMP = 180_000;
    private static final long LARGEST_STEP_BACK = 45_000;

    /** How far a picture may be from the grid, in ticks: the rounding of a source's times. */
    private static final long SLACK = 100;

    /** A source whose key pictures are further apart than this cannot be cut. */
    private static final long MOST_BYTES = 128L << 20;

    /**
     * One window.
     *
     * @param index 0 for the first one of the grid
     * @param frames how many frames of the grid it has; fewer than the grid's for the last window only
     * @param ts its bytes
     * @param own its pictures in decoding order, if they stand for themselves: a group of pictures begins with the window
     *     and another one with the next window, and none refers across; empty otherwise
     * @param end when the picture after its own is decoded, in the source's time
     */
    @SuppressWarnings("ArrayRecordComponent") // Not changed by anybody.
    record Cut(long index, int frames, byte[] ts, List<VideoFrame> own, long end) {}

    /** The pictures from one key picture to the next, in decoding order. */
    private static final class Gop {
        final List<VideoFrame> pictures = new ArrayList<>();

        long keyPts() {
            return pictures.getFirst().pts();
        }
    }

    /** The grid and what follows from it, in ticks. */
    private record Layout(FrameGrid grid, long before, long after) {}

    private final byte[] tables;
    private final Deque<Gop> gops = new ArrayDeque<>();
    private @Nullable Layout layout;
    private @Nullable VideoFrame last;
    private int parameters;
    private long bytes;
    private long start;
    private long latestPts = Long.MIN_VALUE;
    private long firstDropped = Long.MIN_VALUE;
    private long index;

    /**
     * Makes a cutter for one program.
     *
     * @param tables its PAT and PMT packets
     */
    WindowCutter(byte[] tables) {
        this.tables = tables.clone();
    }

    /**
     * Takes the next picture in decoding order.
     *
     * @return false if it does not continue what came before (time jumped, the picture's parameters changed, or there
     *     is no key picture in reach): this grid has to {@linkplain #finish end}
     */
    boolean add(VideoFrame picture) {
        if (last == null && !picture.keyframe()) {
            return true;
        }
        if (!follows(picture)) {
            return false;
        }
        if (picture.keyframe()) {
            gops.addLast(new Gop());
        }
        if (last == null) {
            start = picture.pts();
        }
        gops.getLast().pictures.add(picture);
        last = picture;
        bytes += picture.packets().length;
        latestPts = Math.max(latestPts, picture.pts());
        return bytes <= MOST_BYTES;
    }

    /** Whether it is in vain to wait for the first key picture, since none has come for so long. */
    boolean neverBegins(VideoFrame picture) {
        if (last != null || picture.keyframe()) {
            return false;
        }
        if (firstDropped == Long.MIN_VALUE) {
            firstDropped = picture.dts();
        }
        return picture.dts() - firstDropped > LONGEST_WITHOUT_KEY;
    }

    private boolean follows(VideoFrame picture) {
        if (picture.parameters() != 0) {
            if (parameters != 0 && parameters != picture.parameters()) {
                return false;
            }
            parameters = picture.parameters();
        }
        if (last == null) {
            return true;
        }
        long step = picture.dts() - last.dts();
        return step <= LARGEST_JUMP && step >= -LARGEST_STEP_BACK;
    }

    /** Returns whether no keyframe has come yet. */
    boolean isEmpty() {
        return last == null;
    }

    /** What to inspect, once there is a second of it and no grid yet. */
    Optional<byte[]> sample() {
        return layout == null
                        && last != null
                        && last.dts() - gops.getFirst().pictures.getFirst().dts() >= SAMPLE_TICKS
                ? Optional.of(everything())
                : Optional.empty();
    }

    /** Everything that was taken so far, for a source that ended within the first second; empty without a picture. */
    byte[] everything() {
        return bytes(gops.iterator(), Long.MAX_VALUE, 0);
    }

    /**
     * Sets the grid.
     *
     * @param sourceFrame ticks from one picture of the source to the next
     * @param interlaced whether pictures are deinterlaced, which needs neighbours
     */
    void grid(FrameGrid grid, long sourceFrame, boolean interlaced) {
        layout = new Layout(grid, interlaced ? 2 * sourceFrame : sourceFrame / 2, interlaced ? sourceFrame : 0);
    }

    boolean hasGrid() {
        return layout != null;
    }

    /** The presentation time of the first frame of window 0, in 90 kHz ticks. */
    long start() {
        return start;
    }

    /** The next window, if all its pictures are there. Without a grid there is none. */
    Optional<Cut> next() {
        Layout known = layout;
        if (known == null || last == null || last.dts() < end(known, index) + known.after()) {
            return Optional.empty();
        }
        return Optional.of(cut(known, known.grid().frames()));
    }

    /** The source ended here: the window that has begun, as far as it has pictures. */
    Optional<Cut> finish() {
        Layout known = layout;
        if (known == null || latestPts == Long.MIN_VALUE) {
            return Optional.empty();
        }
        long frame = known.grid().durationTicks() / known.grid().frames();
        long frames = (latestPts - end(known, index - 1)) / frame + 1;
        return frames < 1
                ? Optional.empty()
                : Optional.of(cut(known, (int) Math.min(frames, known.grid().frames())));
    }

    private Cut cut(Layout known, int frames) {
        long from = end(known, index - 1);
        long to = end(known, index);
        byte[] ts = bytes(from(gops, from - known.before()), to + known.after(), START - from);
        Gop next = beginning(to);
        List<VideoFrame> own = next == null ? List.of() : own(from, next, frames);
        Cut cut = new Cut(
                index,
                frames,
                ts,
                own,
                next == null ? 0 : next.pictures.getFirst().dts());
        index++;
        forget(end(known, index - 1) - known.before());
        return cut;
    }

    /** The group of pictures that begins at that time. */
    private @Nullable Gop beginning(long pts) {
        return gops.stream()
                .filter(gop -> Math.abs(gop.keyPts() - pts) <= SLACK)
                .findFirst()
                .orElse(null);
    }

    private List<VideoFrame> own(long from, Gop next, int frames) {
        Gop first = beginning(from);
        if (first == null) {
            return List.of();
        }
        List<VideoFrame> own = gops.stream()
                .dropWhile(gop -> gop != first)
                .takeWhile(gop -> gop != next)
                .flatMap(gop -> gop.pictures.stream())
                .toList();
        boolean closed = own.stream().allMatch(p -> p.pts() >= first.keyPts() && p.pts() < next.keyPts())
                && next.pictures.stream().allMatch(p -> p.pts() >= next.keyPts());
        return closed && own.size() == frames ? own : List.of();
    }

    private long end(Layout known, long window) {
        return start + (window + 1) * known.grid().durationTicks();
    }

    /** Copies tables and pictures up to the last one, in decoding order, that is shown before the given time. */
    private byte[] bytes(Iterator<Gop> from, long before, long shift) {
        List<VideoFrame> pictures = new ArrayList<>();
        from.forEachRemaining(gop -> pictures.addAll(gop.pictures));
        int end = pictures.size();
        while (end > 0 && pictures.get(end - 1).pts() >= before) {
            end--;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(tables);
        pictures.subList(0, end).forEach(picture -> out.writeBytes(picture.packets()));
        byte[] ts = out.toByteArray();
        TsTimes.shift(ts, shift);
        return ts;
    }

    /** The groups of pictures from the one that decoding has to begin with. */
    private static Iterator<Gop> from(Deque<Gop> gops, long pts) {
        List<Gop> all = List.copyOf(gops);
        for (int i = 0; i < all.size(); i++) {
            Gop gop = all.get(i);
            if (gop.pictures.stream().anyMatch(picture -> picture.pts() >= pts)) {
                boolean refersBack = gop.pictures.stream().anyMatch(p -> p.pts() >= pts && p.pts() < gop.keyPts());
                return all.subList(refersBack && i > 0 ? i - 1 : i, all.size()).iterator();
            }
        }
        return all.subList(Math.max(0, all.size() - 1), all.size()).iterator();
    }

    /** Drops the groups that no later window needs: all but one before the one that shows this time. */
    private void forget(long pts) {
        while (gops.size() > 2) {
            Iterator<Gop> oldest = gops.iterator();
            oldest.next();
            Gop second = oldest.next();
            if (second.pictures.stream().anyMatch(picture -> picture.pts() >= pts)) {
                return;
            }
            gops.removeFirst().pictures.forEach(picture -> bytes -= picture.packets().length);
        }
    }
}
