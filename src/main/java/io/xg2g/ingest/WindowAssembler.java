package io.xg2g.ingest;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.Inspection;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.RenditionSpec;
import io.xg2g.media.AudioFrame;
import io.xg2g.media.AvcTrack;
import io.xg2g.media.SourceMonitor;
import io.xg2g.media.Ticks;
import io.xg2g.media.TsProgram;
import io.xg2g.media.TsSink;
import io.xg2g.media.VideoFrame;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Assembler of windows from the demuxed output of one segmenter run.
 *
 * <pre>
 *   AudioOnly ── program with video ──► Sampling ── a second of it is inspected ──► Cutting
 *       │                                  │                                           │
 *       │                                  ▲                                           │
 *       │                                  └────────────── other format ───────────────┤
 *       └──── audio jumps ────┬─────────────── discontinuity, refused, end ────────────┘
 *                             ▼
 *                            Over
 * </pre>
 *
 * <p>The methods of {@link TsSink}, and {@link #end}, are called by one thread; the others by any.
 */
final class WindowAssembler implements TsSink {
    private static final Logger LOG = Logger.getLogger(WindowAssembler.class);

    /** Maximum bit rate of a window that is offered without re-encoding, in bytes per second: 10 Mbit/s. */
    private static final long MAX_PASSTHROUGH_RATE = 1_250_000;

    private static final long NONE = Long.MIN_VALUE;

    /** State of the assembler; only the demuxing thread changes it. */
    sealed interface State {
        /** No program with video has been received: windows of the default audio are cut. */
        record AudioOnly(AudioCutter cutter) implements State {}

        /** Frames are collected until the source can be inspected. */
        record Sampling(WindowCutter cutter, TsProgram program) implements State {}

        /**
         * Windows are cut.
         *
         * @param track track of the source's own video, after the first window without re-encoding
         */
        record Cutting(
                WindowCutter cutter,
                TsProgram program,
                MediaInfo media,
                FrameGrid grid,
                @Nullable AvcTrack track) implements State {
            Cutting with(AvcTrack found) {
                return new Cutting(cutter, program, media, grid, found);
            }
        }

        /** No further windows are cut. */
        record Over() implements State {}
    }

    /**
     * Collaborators of an assembler.
     *
     * @param inspect inspects a media file; blocks
     * @param later inspects a media file in the background
     * @param ladder returns the renditions of a video
     * @param nanos clock, as {@link System#nanoTime}
     */
    record Tools(
            Function<Path, Inspection> inspect,
            InterlaceCheck.Inspector later,
            Function<MediaInfo.Video, List<RenditionSpec>> ladder,
            WindowFiles files,
            LongSupplier nanos) {}

    private final String channel;
    private final Tools tools;
    private final IngestListener listener;
    private final Consumer<SourceException> refuse;
    private final AudioTimes audioTimes = new AudioTimes();
    private InterlaceCheck interlace;
    private volatile State state = new State.AudioOnly(new AudioCutter());
    private volatile boolean closed;
    private volatile boolean farAudio;
    private boolean hasCut;

    /** Decoding times of the first and the latest video frame, or of the audio frames without video. */
    private volatile long firstTicks = NONE;

    private volatile long latestTicks;
    private volatile long firstAt;

    /**
     * Creates an assembler for one run.
     *
     * @param refuse receives the reason if the source's data cannot be used
     */
    WindowAssembler(String channel, Tools tools, IngestListener listener, Consumer<SourceException> refuse) {
        this.channel = channel;
        this.tools = tools;
        this.interlace = new InterlaceCheck(tools.files(), tools.later());
        this.listener = listener;
        this.refuse = refuse;
    }

    State state() {
        return state;
    }

    /** Returns whether no further windows are cut, so that a new run must begin. */
    boolean isOver() {
        return state instanceof State.Over;
    }

    /** Returns whether it is over, since audio was too far from the video before the first window was cut. */
    boolean hasFarAudio() {
        return farAudio;
    }

    /** Returns the lead of the media over real time; negative if it lags. */
    Duration ahead() {
        return firstTicks == NONE
                ? Duration.ZERO
                : Duration.ofNanos(
                        Ticks.toNanos(latestTicks - firstTicks) - (tools.nanos().getAsLong() - firstAt));
    }

    /** Returns whether the output has video without the audio of the input. */
    boolean withholdsAudio(SourceMonitor fed) {
        return audioTimes.isWithheld(fed::audioAfter);
    }

    /** Suppresses all further calls to the listener. */
    void close() {
        closed = true;
    }

    @Override
    public void program(TsProgram program) {
        if (program.videoPid() != TsProgram.NONE && state instanceof State.AudioOnly) {
            state = new State.Sampling(new WindowCutter(program.tables()), program);
        }
    }

    @Override
    public void video(VideoFrame frame) {
        if (isUndecodable(frame) && !closed) {
            listener.frameDiscarded();
        }
        switch (state) {
            case State.AudioOnly _, State.Over _ -> {}
            case State.Sampling sampling -> {
                received(frame);
                WindowCutter cutter = sampling.cutter();
                if (cutter.lacksKeyframe(frame)) {
                    refuse(SourceException.Kind.NOT_MEDIA, "the source's video has no keyframes");
                } else if (cutter.add(frame)) {
                    cutter.sample().ifPresent(sample -> inspect(sampling, sample, false));
                    cut();
                } else {
                    end(cutter, sampling.program(), frame);
                }
            }
            case State.Cutting cutting -> {
                received(frame);
                if (cutting.cutter().add(frame)) {
                    cut();
                } else {
                    end(cutting.cutter(), cutting.program(), frame);
                }
            }
        }
    }

    /** Returns whether a frame belongs to no window. */
    private boolean isUndecodable(VideoFrame frame) {
        return switch (state) {
            case State.AudioOnly _, State.Over _ -> true;
            case State.Sampling sampling -> sampling.cutter().isEmpty() && !frame.keyframe();
            case State.Cutting _ -> false;
        };
    }

    @Override
    public void audio(int track, AudioFrame frame) {
        if (closed) {
            return;
        }
        if (!audioTimes.follows(track, frame.pts())) {
            if (!isOver()) {
                LOG.warnf(
                        "segmenter restarted: stream=%s, reason=audio-jumped, track=%d, pts=%d",
                        channel, track, frame.pts());
                farAudio = state instanceof State.Sampling && !hasCut;
                end();
            }
            return;
        }
        listener.audio(track, frame);
        if (track == 0 && state instanceof State.AudioOnly(AudioCutter cutter)) {
            advance(frame.pts());
            cutter.add(frame.pts(), tools.nanos().getAsLong()).forEach(listener::window);
        }
    }

    /** Ends before a frame that does not follow; one of another format begins the next window. */
    private void end(WindowCutter ended, TsProgram program, VideoFrame frame) {
        boolean otherFormat = ended.isOtherFormat(frame);
        end(otherFormat ? cutter -> cutter.finishBefore(frame) : WindowCutter::finish);
        if (otherFormat) {
            if (ended.changesParameters(frame)) {
                interlace = new InterlaceCheck(tools.files(), tools.later());
            }
            WindowCutter next = new WindowCutter(program.tables());
            next.add(frame);
            state = new State.Sampling(next, program);
        }
    }

    /** Cuts the current, incomplete window and ends: the source is discontinuous or has ended. */
    void end() {
        end(WindowCutter::finish);
    }

    private void end(Function<WindowCutter, List<WindowCutter.Cut>> rest) {
        if (state instanceof State.AudioOnly(AudioCutter cutter) && !closed) {
            cutter.finish(tools.nanos().getAsLong()).ifPresent(listener::window);
        }
        if (state instanceof State.Sampling sampling && !sampling.cutter().isEmpty()) {
            inspect(sampling, sampling.cutter().everything(), true);
        }
        if (state instanceof State.Cutting cutting) {
            rest.apply(cutting.cutter()).forEach(cut -> window(cutting, cut));
        }
        state = new State.Over();
    }

    private void received(VideoFrame frame) {
        advance(frame.dts());
        audioTimes.video(frame.dts());
    }

    private void advance(long ticks) {
        if (firstTicks == NONE) {
            firstAt = tools.nanos().getAsLong();
            latestTicks = ticks;
            firstTicks = ticks;
        }
        latestTicks = Math.max(latestTicks, ticks);
    }

    private void cut() {
        while (state instanceof State.Cutting cutting) {
            Optional<WindowCutter.Cut> next = cutting.cutter().next();
            if (next.isEmpty()) {
                return;
            }
            window(cutting, next.get());
        }
    }

    /**
     * Inspects the sample; blocks. Transition from Sampling to Cutting or Over.
     *
     * @param last whether nothing follows: then too little was received to refuse the source
     */
    private void inspect(State.Sampling sampling, byte[] sample, boolean last) {
        Path file;
        try {
            file = tools.files().write(sample);
        } catch (IOException full) {
            LOG.debugf(full, "sample not written: stream=%s", channel);
            refuse(SourceException.Kind.DISK, "the work directory cannot be written");
            return;
        }
        Inspection inspection;
        try {
            inspection = tools.inspect().apply(file);
        } finally {
            tools.files().delete().accept(file);
        }
        switch (inspection) {
            case Inspection.Accepted(MediaInfo found) -> state = cutting(sampling, interlace.apply(found));
            case Inspection.Rejected(Failure failure) -> {
                if (failure.kind() == Failure.Kind.UNSUPPORTED_MEDIA && !last) {
                    refuse(SourceException.Kind.NOT_MEDIA, failure.detail());
                } else {
                    LOG.warnf("source inspection failed: stream=%s, detail=%s", channel, failure.detail());
                    state = new State.Over();
                }
            }
        }
    }

    private State.Cutting cutting(State.Sampling sampling, MediaInfo found) {
        MediaInfo.Video video = found.video();
        FrameGrid grid = FrameGrid.of(video, tools.ladder().apply(video), WindowCutter.START);
        long sourceFrame = video.frameRate() > 0
                ? Math.round(Ticks.PER_SECOND / video.frameRate())
                : grid.durationTicks() / grid.frames();
        WindowRule rule = new WindowRule(grid, mayPass(sampling.program(), video));
        sampling.cutter().rule(rule, sourceFrame, video.interlaced());
        LOG.infof(
                "source inspected: stream=%s, codec=%s, size=%dx%d, interlaced=%b, frameRate=%s",
                channel, video.codec(), video.width(), video.height(), video.interlaced(), video.frameRate());
        return new State.Cutting(sampling.cutter(), sampling.program(), found, grid, null);
    }

    private void window(State.Cutting cutting, WindowCutter.Cut cut) {
        hasCut = true;
        FrameGrid complete = cutting.grid();
        FrameGrid grid = cut.frames() == complete.frames() ? complete : complete.withFrames(cut.frames());
        Path file;
        try {
            file = tools.files().write(cut.ts());
        } catch (IOException full) {
            LOG.warnf("window not written, published as a gap: stream=%s, reason=%s", channel, full.getMessage());
            file = tools.files().missing();
        }
        if (closed) {
            tools.files().delete().accept(file);
            return;
        }
        listener.window(new SourceWindow(
                cut.start(),
                cut.duration(),
                new SourceWindow.Video(file, cutting.media(), grid, passthrough(cutting, cut)),
                tools.nanos().getAsLong()));
        if (interlace.window(cut, cutting.media().video())) {
            cutting.cutter().endAtKeyframe();
        }
    }

    /** Returns whether video may be published without re-encoding: progressive H.264, standard dynamic range, square pixels. */
    private static boolean mayPass(TsProgram program, MediaInfo.Video video) {
        boolean square = Math.abs(video.sampleAspectRatio() - 1) < 0.01;
        return program.videoStreamType() == TsProgram.H264 && !video.interlaced() && square && !video.isHdr();
    }

    /** Returns the window without re-encoding if players play it, at most 10 Mbit/s. */
    private SourceWindow.@Nullable Passthrough passthrough(State.Cutting cutting, WindowCutter.Cut cut) {
        // The keyframe of a short window weighs more.
        long rate = cut.ts().length
                * (long) Ticks.PER_SECOND
                / Math.max(cut.duration(), cutting.grid().durationTicks());
        if (cut.independent().isEmpty()
                || rate > MAX_PASSTHROUGH_RATE
                || !mayPass(cutting.program(), cutting.media().video())) {
            return null;
        }
        AvcTrack track = cutting.track();
        if (track == null) {
            track = AvcTrack.of(cutting.program(), cut.independent().getFirst()).orElse(null);
            if (track == null) {
                return null;
            }
            if (state instanceof State.Cutting now) {
                state = now.with(track);
            }
        }
        AvcTrack known = track;
        return known.fragment(0, cut.independent(), cut.end(), 0)
                .map(segment -> new SourceWindow.Passthrough(known.info(), known.init(), segment))
                .orElse(null);
    }

    private void refuse(SourceException.Kind kind, String detail) {
        state = new State.Over();
        if (!closed) {
            refuse.accept(new SourceException(kind, detail));
        }
    }
}
