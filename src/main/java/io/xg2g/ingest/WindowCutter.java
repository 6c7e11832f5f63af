package io.xg2g.ingest;

import io.xg2g.media.Ticks;
import io.xg2g.media.TsTimes;
import io.xg2g.media.VideoFrame;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Cutter of a source's frames into windows of one frame rate. Each window is a transport stream that can be decoded
 * independently.
 *
 * <p>The first window begins at the first keyframe; a {@link WindowRule} says where windows end. A window's bytes begin
 * with the GOP of its first needed frame, or with the GOP before that if the frame refers to it (open GOP), and end with
 * its last needed frame. Deinterlacing needs two frames before the window and one after it. All times are shifted so that
 * the window begins at {@link #START}.
 *
 * <p>Not thread-safe; no I/O.
 */
public final class WindowCutter {
    /**
     * Presentation time of a window's first frame in its bytes, in 90 kHz ticks; leaves room for the frames before it.
     */
    public static final long START = 2_700_000;

    /** Duration of the sample that is inspected if the frames are irregular, so that the average rate is known. */
    private static final long SAMPLE_TICKS = Ticks.PER_SECOND;

    /** Duration and minimum number of frames of the sample if the frames have equal distances. */
    private static final long STEADY_SAMPLE_TICKS = Ticks.PER_SECOND / 2;

    private static final int STEADY_SAMPLE_FRAMES = 10;

    private static final long MAX_TICKS_WITHOUT_KEYFRAME = 30L * Ticks.PER_SECOND;
    private static final long MAX_STEP_FORWARD = 2L * Ticks.PER_SECOND;
    private static final long MAX_STEP_BACK = Ticks.PER_SECOND / 2;

    /** Maximum size of the retained frames; a source whose keyframes are further apart cannot be cut. */
    private static final long MAX_BYTES = 128L << 20;

    /**
     * Window.
     *
     * @param start presentation time of the first frame, in the source's time
     * @param duration in 90 kHz ticks
     * @param frames number of frames at the rate of the grid
     * @param ts bytes of the transport stream
     * @param independent frames in decoding order, if they can be decoded without any others: a GOP begins at the start
     *     of this window and of the next one, and no frame refers to another window; empty otherwise
     * @param end decoding time of the first frame of the next window, in the source's time
     */
    @SuppressWarnings("ArrayRecordComponent") // The array is never modified.
    record Cut(long start, long duration, int frames, byte[] ts, List<VideoFrame> independent, long end) {}

    /** Group of pictures: the frames from one keyframe to the next, in decoding order. */
    private static final class Gop {
        final List<VideoFrame> frames = new ArrayList<>();

        long keyPts() {
            return frames.getFirst().pts();
        }
    }

    /** Rule of the windows, duration of a source frame, and what must be included around a window; 90 kHz ticks. */
    private record Layout(WindowRule rule, long frame, long before, long after) {}

    private final byte[] tables;
    private final Deque<Gop> gops = new ArrayDeque<>();
    private @Nullable Layout layout;
    private @Nullable VideoFrame last;
    private int parameters;
    private final FrameRateRise rise = new FrameRateRise();
    private boolean endsAtKeyframe;
    private long bytes;
    private long latestPts = Long.MIN_VALUE;
    private long firstDropped = Long.MIN_VALUE;

    /** Start of the next window, in the source's time. */
    private long from;

    /** Whether the next window is the first one. */
    private boolean first = true;

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
     * @return false if this grid must {@linkplain #finish end}: time jumped, the parameter sets changed, the frame rate rose, it
     *     was {@linkplain #endAtKeyframe told to}, or the keyframes are too far apart
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
            from = frame.pts();
        } else {
            rise.frame(frame.dts() - last.dts());
        }
        gops.getLast().frames.add(frame);
        last = frame;
        bytes += frame.packets().length;
        latestPts = Math.max(latestPts, frame.pts());
        return bytes <= MAX_BYTES;
    }

    /** Returns whether a frame that was not added can begin another grid at once: it continues in time with another format. */
    boolean isOtherFormat(VideoFrame frame) {
        return frame.keyframe() && last != null && continues(frame, last) && changesFormat(frame);
    }

    /** Ends this grid at the next keyframe, as one of another format does. */
    void endAtKeyframe() {
        endsAtKeyframe = true;
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
        if (changesFormat(frame)) {
            return false;
        }
        if (frame.parameters() != 0) {
            parameters = frame.parameters();
        }
        return last == null || continues(frame, last);
    }

    private boolean changesFormat(VideoFrame frame) {
        return changesParameters(frame) || (frame.keyframe() && (endsAtKeyframe || rise.isCertain()));
    }

    /** Returns whether a frame has other parameter sets than those before it. */
    boolean changesParameters(VideoFrame frame) {
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

    /**
     * Returns the sample to inspect, once enough frames have been added, until the rule is set: half a second if they have
     * equal distances, a second otherwise.
     */
    Optional<byte[]> sample() {
        if (layout != null || last == null) {
            return Optional.empty();
        }
        long added = last.dts() - gops.getFirst().frames.getFirst().dts();
        boolean enough = added >= SAMPLE_TICKS || (added >= STEADY_SAMPLE_TICKS && isSteady());
        return enough ? Optional.of(everything()) : Optional.empty();
    }

    private boolean isSteady() {
        List<VideoFrame> frames =
                gops.stream().flatMap(gop -> gop.frames.stream()).toList();
        LongSummaryStatistics steps = IntStream.range(1, frames.size())
                .mapToLong(i -> frames.get(i).dts() - frames.get(i - 1).dts())
                .summaryStatistics();
        return frames.size() >= STEADY_SAMPLE_FRAMES && steps.getMax() - steps.getMin() <= 2 * WindowRule.TOLERANCE;
    }

    /** Returns all frames, for a source that ended within the first second; only the tables if there are none. */
    byte[] everything() {
        return bytes(gops.iterator(), Long.MAX_VALUE, 0);
    }

    /**
     * Sets the rule of the windows.
     *
     * @param sourceFrame duration of a source frame, in 90 kHz ticks
     * @param interlaced whether frames will be deinterlaced, which needs their neighbors
     */
    void rule(WindowRule rule, long sourceFrame, boolean interlaced) {
        long before = interlaced ? 2 * sourceFrame : sourceFrame / 2;
        layout = new Layout(rule, sourceFrame, before, interlaced ? sourceFrame : 0);
    }

    /** Returns the next window if all its frames have been added and the rule is set. */
    Optional<Cut> next() {
        Layout known = layout;
        if (known == null || last == null) {
            return Optional.empty();
        }
        List<Long> keyframes = gops.stream().map(Gop::keyPts).toList();
        OptionalLong end = known.rule().end(from, first, keyframes, last.dts() - known.after());
        return end.isPresent() ? Optional.of(cut(known, end.getAsLong(), false)) : Optional.empty();
    }

    /** Returns the remaining frames at the end of the source: one window, or more if frames were lost. */
    List<Cut> finish() {
        return finish(Long.MIN_VALUE);
    }

    /** Returns the remaining frames before one that begins another grid: their windows end where it begins, whatever was lost. */
    List<Cut> finishBefore(VideoFrame next) {
        return finish(next.pts());
    }

    private List<Cut> finish(long earliestEnd) {
        Layout known = layout;
        if (known == null || latestPts < from - WindowRule.TOLERANCE) {
            return List.of();
        }
        WindowRule rule = known.rule();
        // Presentation times can be damaged.
        long end = Math.min(Math.max(latestPts + known.frame(), earliestEnd), from + rule.longest() + MAX_STEP_FORWARD);
        List<Cut> rest = new ArrayList<>();
        while (end - from > rule.longest()) {
            rest.add(cut(known, from + rule.grid().durationTicks(), false));
        }
        rest.add(cut(known, from + rule.duration(rule.frames(end - from)), true));
        return rest;
    }

    /**
     * Cuts the next window.
     *
     * @param to its end
     * @param over whether no frame follows the added ones
     */
    private Cut cut(Layout known, long to, boolean over) {
        byte[] ts = bytes(from(gops, from - known.before()), to + known.after(), START - from);
        Gop next = gopAt(to);
        List<VideoFrame> independent = next == null && !over ? List.of() : independentFrames(next);
        int frames = known.rule().frames(to - from);
        Cut cut = new Cut(from, to - from, frames, ts, independent, endOf(known, next));
        from = to;
        first = false;
        dropBefore(from - known.before());
        return cut;
    }

    /** Returns the GOP that begins at the given time. */
    private @Nullable Gop gopAt(long pts) {
        return gops.stream()
                .filter(gop -> Math.abs(gop.keyPts() - pts) <= WindowRule.TOLERANCE)
                .findFirst()
                .orElse(null);
    }

    /** Returns the decoding time of the first frame of the next window; of the one that would follow if there is none. */
    private long endOf(Layout known, @Nullable Gop next) {
        if (next != null) {
            return next.frames.getFirst().dts();
        }
        return last == null ? 0 : last.dts() + known.frame();
    }

    /** Returns the frames of a window that begins and ends between GOPs; empty if it does not. */
    private List<VideoFrame> independentFrames(@Nullable Gop next) {
        Gop begin = gopAt(from);
        if (begin == null) {
            return List.of();
        }
        List<VideoFrame> independent = gops.stream()
                .dropWhile(gop -> gop != begin)
                .takeWhile(gop -> gop != next)
                .flatMap(gop -> gop.frames.stream())
                .toList();
        long end = next == null ? Long.MAX_VALUE : next.keyPts();
        boolean closed = independent.stream().allMatch(p -> p.pts() >= begin.keyPts() && p.pts() < end)
                && (next == null || next.frames.stream().allMatch(p -> p.pts() >= end));
        return closed ? independent : List.of();
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
