package io.xg2g.ingest;

import io.xg2g.ffmpeg.Failure;
import io.xg2g.ffmpeg.FrameGrid;
import io.xg2g.ffmpeg.Inspection;
import io.xg2g.ffmpeg.MediaInfo;
import io.xg2g.ffmpeg.MediaInspector;
import io.xg2g.ffmpeg.MediaProcess;
import io.xg2g.ffmpeg.ProcessPriority;
import io.xg2g.ffmpeg.Profiles;
import io.xg2g.media.AacFrame;
import io.xg2g.media.AvcTrack;
import io.xg2g.media.Picture;
import io.xg2g.media.SourceMonitor;
import io.xg2g.media.TsDemuxer;
import io.xg2g.media.TsProgram;
import io.xg2g.media.TsSink;
import io.xg2g.storage.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One run of a channel's segmenter: the source's bytes go in, windows and audio frames come out, until the source makes a
 * jump or ends.
 *
 * <p>{@link #write} is called by one thread; a thread of its own reads the segmenter's output and calls the listener.
 */
public final class Segmentation implements TsSink {
    private static final Logger LOG = Logger.getLogger(Segmentation.class);
    private static final int BUFFER = 64 * 1024;
    private static final Duration DRAIN = Duration.ofSeconds(3);
    private static final long SOUND_WINDOW = 180_000;

    /** Bytes of a window that are passed on as they came: 10 Mbit/s. */
    private static final int MOST_ORIGINAL = 2_500_000;

    /** Told what comes out, on the reading thread. */
    interface Listener {
        /** Bytes of the segmenter's transport stream, whole packets at its beginning. */
        void proxied(byte[] chunk);

        void window(SourceWindow window);

        void audio(AacFrame frame);

        /** What the source sends cannot be used. */
        void unusable(SourceException why);
    }

    /** What a run works with. */
    public record Tools(MediaInspector inspector, Profiles profiles, Path directory, Consumer<Path> delete) {}

    private final MediaProcess process;
    private final Tools tools;
    private final Listener listener;
    private final String name;
    private final TsDemuxer demuxer = new TsDemuxer(this);
    private final AudioTimes audioTimes = new AudioTimes();
    private final Thread reader;
    private @Nullable WindowCutter cutter;
    private @Nullable TsProgram program;
    private @Nullable AvcTrack track;
    private @Nullable MediaInfo media;
    private @Nullable FrameGrid grid;
    private long soundStart = Long.MIN_VALUE;
    private volatile boolean broken;
    private volatile boolean fruitful;
    private volatile boolean over;
    private volatile boolean writing;
    private volatile long firstTicks = Long.MIN_VALUE;
    private volatile long latestTicks;
    private volatile long ticksSince;
    private volatile long writingSince;
    private volatile long lastOutput = System.nanoTime();

    Segmentation(MediaProcess process, Tools tools, Listener listener, String name) {
        this.process = process;
        this.tools = tools;
        this.listener = listener;
        this.name = name;
        this.reader = Thread.ofVirtual().name("segmenter-" + name).start(this::read);
    }

    /** Feeds the segmenter; blocks while it does not take anything. */
    void write(byte[] data, int length) throws IOException {
        writingSince = System.nanoTime();
        writing = true;
        try {
            process.stdin().write(data, 0, length);
            process.stdin().flush();
        } finally {
            writing = false;
        }
    }

    /** Whether the segmenter has not taken what it is given for that long. */
    boolean refuses(Duration longer) {
        return writing && System.nanoTime() - writingSince > longer.toNanos();
    }

    /** Whether the source has made a jump, so that a new run has to begin. */
    boolean isBroken() {
        return broken || !reader.isAlive();
    }

    /** Whether the segmenter does not give out the audio that it was fed. */
    boolean withholdsAudio(SourceMonitor fed) {
        return audioTimes.isWithheld(fed::audioAfter);
    }

    /** Whether anything has come out. */
    boolean wasFruitful() {
        return fruitful;
    }

    /** How much more has come out than time has passed. */
    Duration ahead() {
        return firstTicks == Long.MIN_VALUE
                ? Duration.ZERO
                : Duration.ofNanos((latestTicks - firstTicks) * 100_000 / 9 - (System.nanoTime() - ticksSince));
    }

    private void passed(long ticks) {
        if (firstTicks == Long.MIN_VALUE) {
            ticksSince = System.nanoTime();
            firstTicks = ticks;
        }
        latestTicks = Math.max(latestTicks, ticks);
    }

    /** How long nothing has come out. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastOutput);
    }

    /** The source ended: what is inside comes out, then the process ends. */
    void finish() {
        try {
            process.stdin().close();
        } catch (IOException gone) {
            LOG.debugf(gone, "segmenter was gone already: stream=%s", name);
        }
        boolean interrupted = join();
        kill();
        // What comes out last is still written to the channel's directory, which must not go before.
        interrupted |= join();
        over = true;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the reader, not for ever; returns whether the wait was cut short. */
    private boolean join() {
        try {
            reader.join(DRAIN);
            return false;
        } catch (InterruptedException stop) {
            return true;
        }
    }

    /** Ends the process at once; any thread may. */
    void kill() {
        process.close();
    }

    private void read() {
        byte[] buffer = new byte[BUFFER];
        try (InputStream out = process.stdout()) {
            for (int n = out.read(buffer); n >= 0; n = out.read(buffer)) {
                lastOutput = System.nanoTime();
                fruitful = true;
                listener.proxied(java.util.Arrays.copyOf(buffer, n));
                demuxer.accept(buffer, 0, n);
            }
        } catch (IOException gone) {
            LOG.debugf(gone, "segmenter's output broke: stream=%s", name);
        }
        demuxer.finish();
        if (!broken) {
            last();
        }
    }

    @Override
    public void program(TsProgram program) {
        if (program.videoPid() >= 0 && cutter == null) {
            cutter = new WindowCutter(program.tables());
            this.program = program;
        }
    }

    @Override
    public void video(Picture picture) {
        WindowCutter cut = cutter;
        if (cut == null || broken) {
            return;
        }
        passed(picture.dts());
        audioTimes.video(picture.dts());
        if (cut.neverBegins(picture)) {
            broken = true;
            unusable(SourceException.Kind.NOT_MEDIA, "the source's video marks no key pictures");
            return;
        }
        if (!cut.add(picture)) {
            last();
            broken = true;
            return;
        }
        cut.sample().ifPresent(sample -> inspect(cut, sample));
        for (Optional<WindowCutter.Cut> next = cut.next(); next.isPresent(); next = cut.next()) {
            window(cut, next.get());
        }
    }

    @Override
    public void audio(AacFrame frame) {
        if (over) {
            return;
        }
        if (!audioTimes.follows(frame.pts())) {
            if (!broken) {
                LOG.warnf("audio jumped, segmenter restarts: stream=%s, pts=%d", name, frame.pts());
                last();
                broken = true;
            }
            return;
        }
        listener.audio(frame);
        if (cutter != null) {
            return;
        }
        passed(frame.pts());
        if (soundStart == Long.MIN_VALUE) {
            soundStart = frame.pts();
        }
        while (frame.pts() >= soundStart + SOUND_WINDOW) {
            listener.window(new SourceWindow(soundStart, SOUND_WINDOW, null, System.nanoTime()));
            soundStart += SOUND_WINDOW;
        }
    }

    /** The window that had begun when the source ended. */
    private void last() {
        WindowCutter cut = cutter;
        if (cut != null) {
            if (!cut.hasGrid()) {
                inspect(cut, cut.everything());
            }
            cut.finish().ifPresent(rest -> window(cut, rest));
        }
    }

    private void inspect(WindowCutter cut, byte[] sample) {
        Path file;
        try {
            file = file(sample);
        } catch (IOException full) {
            broken = true;
            unusable(SourceException.Kind.DISK, "the work directory cannot be written");
            return;
        }
        Inspection inspection;
        try {
            inspection = tools.inspector().inspect(file, ProcessPriority.LIVE);
        } finally {
            tools.delete().accept(file);
        }
        switch (inspection) {
            case Inspection.Accepted(MediaInfo found) -> begin(cut, found);
            case Inspection.Rejected(Failure failure) -> {
                broken = true;
                if (failure.kind() == Failure.Kind.UNSUPPORTED_MEDIA) {
                    unusable(SourceException.Kind.NOT_MEDIA, failure.detail());
                } else {
                    LOG.warnf("a source could not be inspected: stream=%s, %s", name, failure.detail());
                }
            }
        }
    }

    private void begin(WindowCutter cut, MediaInfo found) {
        MediaInfo.Video video = found.video();
        FrameGrid frames = FrameGrid.of(video, tools.profiles().ladderFor(video), WindowCutter.START);
        media = found;
        grid = frames;
        long ofSource = video.frameRate() > 0
                ? Math.round(90_000 / video.frameRate())
                : frames.durationTicks() / frames.frames();
        cut.grid(frames, ofSource, video.interlaced());
        LOG.infof(
                "source: stream=%s, codec=%s, size=%dx%d, interlaced=%b, frameRate=%s",
                name, video.codec(), video.width(), video.height(), video.interlaced(), video.frameRate());
    }

    private void window(WindowCutter cut, WindowCutter.Cut next) {
        MediaInfo found = media;
        FrameGrid whole = grid;
        if (found == null || whole == null) {
            return;
        }
        FrameGrid frames = next.frames() == whole.frames() ? whole : whole.cutTo(next.frames());
        long start = cut.start() + next.index() * whole.durationTicks();
        Path file;
        try {
            file = file(next.ts());
        } catch (IOException full) {
            LOG.warnf("a window cannot be written: stream=%s, %s", name, full.getMessage());
            // Its unit will fail, and the window is a gap.
            file = tools.directory().resolve("missing.ts");
        }
        if (over) {
            tools.delete().accept(file);
            return;
        }
        listener.window(new SourceWindow(
                start,
                frames.durationTicks(),
                new SourceWindow.Moving(file, found, frames, original(found, next)),
                System.nanoTime()));
    }

    /** The window as it came, if that is H.264 that every player takes; square pixels, and not too much of it. */
    private SourceWindow.@Nullable Original original(MediaInfo found, WindowCutter.Cut next) {
        TsProgram known = program;
        boolean square = Math.abs(found.video().sampleAspectRatio() - 1) < 0.01;
        if (known == null || next.own().isEmpty() || !square || next.ts().length > MOST_ORIGINAL) {
            return null;
        }
        AvcTrack own = track;
        if (own == null) {
            own = AvcTrack.of(known, next.own().getFirst()).orElse(null);
            track = own;
        }
        if (own == null) {
            return null;
        }
        byte[] segment = own.fragment(0, next.own(), next.end(), 0).orElse(null);
        return segment == null ? null : new SourceWindow.Original(own.info(), own.init(), segment);
    }

    private void unusable(SourceException.Kind kind, String why) {
        if (!over) {
            listener.unusable(new SourceException(kind, why));
        }
    }

    /** Times come again when a source starts anew, so they are no name. */
    private Path file(byte[] bytes) throws IOException {
        return WholeFile.write(Files.createTempFile(tools.directory(), "source", ".ts"), bytes);
    }
}
