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
 * Cutter of a source's frames into windows of one frame grid. Each window is a transport stream that can be decoded
 * independently.
 *
 * <p>The grid begins at the first keyframe. A window's bytes begin with the GOP of its first needed frame, or with the
 * GOP before that if the frame refers to it (open GOP), and end with its last needed frame. Deinterlacing needs two
 * frames before the window and one after it. All times are shifted so that the window begins at {@link #START}.
 *
 * <p>Not thread-safe; no I/O.
 */
public final class WindowCutter {
    /**
     * Presentation time of a window's first frame in its bytes, in 90 kHz ticks; leaves room for the frames before it.
     */
    public static final long START = 2_700_000;

    /** Duration of the sample that is inspected. */
    private static final long SAMPLE_TICKS = 90_000;

    private static final long MAX_TICKS_WITHOUT_KEYFRAME = 30 * 90_000;
    private static final long MAX_STEP_FORWARD = 180_000;
    private static final long MAX_STEP_BACK = 45_000;

    /** Maximum distance of a frame from the grid, in ticks, caused by rounding of the source's times. */
    private static final long TOLERANCE = 100;

    /** Maximum size of the retained frames; a source whose keyframes are further apart cannot be cut. */
    private static final long MAX_BYTES = 128L << 20;

    /**
     * Window of the grid.
     *
     * @param index 0 for the first window of the grid
     * @param frames number of frames; only the last window can have fewer than the grid
     * @param ts bytes of the transport stream
     * @param independent frames in decoding order, if they can be decoded without any others: a GOP begins at the start
     *     of this window and of the next one, and no frame refers to another window; empty otherwise
     * @param end decoding time of the first frame of the next window, in the source's time
     */
    @SuppressWarnings("ArrayRecordComponent") // The array is never modified.
    record Cut(long index, int frames, byte[] ts, List<VideoFrame> independent, long end) {}

    /** Group of pictures: the frames from one keyframe to the next, in decoding order. */
    private static final class Gop {
        final List<VideoFrame> frames = new ArrayList<>();

        long keyPts() {
            return frames.getFirst().pts();
        }
    }

    /** Grid, and the times before and after a window that must be included; 90 kHz ticks. */
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
     * Creates a cutter for one program.
     *
     * @param tables PAT and PMT packets of the program
     */
    WindowCutter(byte[] tables) {
        this.tables = tables.clone();
    }

    /**
     * Adds the next frame in decoding order.
     *
     * @return false if this grid must {@linkplain #finish end}: time jumped, the parameter sets changed, or the
     *     keyframes are too far apart
     */
    boolean add(VideoFrame frame) {
        if (last == null && !frame.keyframe()) {
            return true;
        }
        if (!follows(frame)) {
            return false;
        }
        if (frame.keyframe()) {
            gops.addLast(new Gop());
        }
        if (last == null) {
            start = frame.pts();
        }
        gops.getLast().frames.add(frame);
        last = frame;
        bytes += frame.packets().length;
        latestPts = Math.max(latestPts, frame.pts());
        return bytes <= MAX_BYTES;
    }

    /** Returns whether a frame that was not added can begin another grid at once: it continues in time with another format. */
    boolean isOtherFormat(VideoFrame frame) {
        return frame.keyframe() && last != null && continues(frame, last) && changesParameters(frame);
    }

    /** Returns whether no keyframe was found in the first 30 s. */
    boolean lacksKeyframe(VideoFrame frame) {
        if (last != null || frame.keyframe()) {
            return false;
        }
        if (firstDropped == Long.MIN_VALUE) {
            firstDropped = frame.dts();
        }
        return frame.dts() - firstDropped > MAX_TICKS_WITHOUT_KEYFRAME;
    }

    private boolean follows(VideoFrame frame) {
        if (changesParameters(frame)) {
            return false;
        }
        if (frame.parameters() != 0) {
            parameters = frame.parameters();
        }
        return last == null || continues(frame, last);
    }

    private boolean changesParameters(VideoFrame frame) {
        return frame.parameters() != 0 && parameters != 0 && parameters != frame.parameters();
    }

    private static boolean continues(VideoFrame frame, VideoFrame before) {
        long step = frame.dts() - before.dts();
        return step <= MAX_STEP_FORWARD && step >= -MAX_STEP_BACK;
    }

    /** Returns whether no keyframe has been added. */
    boolean isEmpty() {
        return last == null;
    }

    /** Returns the sample to inspect, once one second of frames has been added, until the grid is set. */
    Optional<byte[]> sample() {
        return layout == null
                        && last != null
                        && last.dts() - gops.getFirst().frames.getFirst().dts() >= SAMPLE_TICKS
                ? Optional.of(everything())
                : Optional.empty();
    }

    /** Returns all frames, for a source that ended within the first second; only the tables if there are none. */
    byte[] everything() {
        return bytes(gops.iterator(), Long.MAX_VALUE, 0);
    }

    /**
     * Sets the grid.
     *
     * @param sourceFrame duration of a source frame, in 90 kHz ticks
     * @param interlaced whether frames will be deinterlaced, which needs their neighbors
     */
    void grid(FrameGrid grid, long sourceFrame, boolean interlaced) {
        layout = new Layout(grid, interlaced ? 2 * sourceFrame : sourceFrame / 2, interlaced ? sourceFrame : 0);
    }

    /** Returns the presentation time of the first frame of window 0, in 90 kHz ticks. */
    long start() {
        return start;
    }

    /** Returns the next window if all its frames have been added and the grid is set. */
    Optional<Cut> next() {
        Layout known = layout;
        if (known == null || last == null || last.dts() < end(known, index) + known.after()) {
            return Optional.empty();
        }
        return Optional.of(cut(known, known.grid().frames(), false));
    }

    /** Returns the remaining frames as a shorter window, at the end of the source. */
    Optional<Cut> finish() {
        Layout known = layout;
        if (known == null || latestPts == Long.MIN_VALUE) {
            return Optional.empty();
        }
        long frame = known.grid().durationTicks() / known.grid().frames();
        long frames = (latestPts - end(known, index - 1)) / frame + 1;
        return frames < 1
                ? Optional.empty()
                : Optional.of(cut(known, (int) Math.min(frames, known.grid().frames()), true));
    }

    /**
     * Cuts the next window.
     *
     * @param over whether no frame follows the added ones
     */
    private Cut cut(Layout known, int frames, boolean over) {
        long from = end(known, index - 1);
        long to = end(known, index);
        byte[] ts = bytes(from(gops, from - known.before()), to + known.after(), START - from);
        Gop next = gopAt(to);
        List<VideoFrame> independent = next == null && !over ? List.of() : independentFrames(from, next, frames);
        Cut cut = new Cut(index, frames, ts, independent, endOf(known, next));
        index++;
        dropBefore(end(known, index - 1) - known.before());
        return cut;
    }

    /** Returns the GOP that begins at the given time. */
    private @Nullable Gop gopAt(long pts) {
        return gops.stream()
                .filter(gop -> Math.abs(gop.keyPts() - pts) <= TOLERANCE)
                .findFirst()
                .orElse(null);
    }

    /** Returns the decoding time of the first frame of the next window; of the one that would follow if there is none. */
    private long endOf(Layout known, @Nullable Gop next) {
        if (next != null) {
            return next.frames.getFirst().dts();
        }
        FrameGrid grid = known.grid();
        return last == null ? 0 : last.dts() + grid.durationTicks() / grid.frames();
    }

    /** Returns the frames of a window that begins and ends between GOPs; empty if it does not. */
    private List<VideoFrame> independentFrames(long from, @Nullable Gop next, int frames) {
        Gop first = gopAt(from);
        if (first == null) {
            return List.of();
        }
        List<VideoFrame> independent = gops.stream()
                .dropWhile(gop -> gop != first)
                .takeWhile(gop -> gop != next)
                .flatMap(gop -> gop.frames.stream())
                .toList();
        long end = next == null ? Long.MAX_VALUE : next.keyPts();
        boolean closed = independent.stream().allMatch(p -> p.pts() >= first.keyPts() && p.pts() < end)
                && (next == null || next.frames.stream().allMatch(p -> p.pts() >= end));
        return closed && independent.size() == frames ? independent : List.of();
    }

    private long end(Layout known, long window) {
        return start + (window + 1) * known.grid().durationTicks();
    }

    /** Copies tables and frames, up to the last one in decoding order that is presented before the given time. */
    private byte[] bytes(Iterator<Gop> from, long before, long shift) {
        List<VideoFrame> frames = new ArrayList<>();
        from.forEachRemaining(gop -> frames.addAll(gop.frames));
        int end = frames.size();
        while (end > 0 && frames.get(end - 1).pts() >= before) {
            end--;
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(tables);
        frames.subList(0, end).forEach(frame -> out.writeBytes(frame.packets()));
        byte[] ts = out.toByteArray();
        TsTimes.shift(ts, shift);
        return ts;
    }

    /** Returns the GOPs that are needed to decode from the given time on. */
    private static Iterator<Gop> from(Deque<Gop> gops, long pts) {
        List<Gop> all = List.copyOf(gops);
        for (int i = 0; i < all.size(); i++) {
            Gop gop = all.get(i);
            if (gop.frames.stream().anyMatch(frame -> frame.pts() >= pts)) {
                boolean refersBack = gop.frames.stream().anyMatch(p -> p.pts() >= pts && p.pts() < gop.keyPts());
                return all.subList(refersBack && i > 0 ? i - 1 : i, all.size()).iterator();
            }
        }
        return all.subList(Math.max(0, all.size() - 1), all.size()).iterator();
    }

    /** Drops the GOPs that no later window needs: all but one before the one that contains the given time. */
    private void dropBefore(long pts) {
        while (gops.size() > 2) {
            Iterator<Gop> oldest = gops.iterator();
            oldest.next();
            Gop second = oldest.next();
            if (second.frames.stream().anyMatch(frame -> frame.pts() >= pts)) {
                return;
            }
            gops.removeFirst().frames.forEach(frame -> bytes -= frame.packets().length);
        }
    }
}
