package io.xg2g.ffmpeg;

import io.xg2g.media.SourceMonitor;
import io.xg2g.process.ChildEnvironment;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.WorkDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Inspection of local files with ffprobe before they are transcoded.
 *
 * <p>Only headers and the first frames are read. ffprobe may open that file only, in one of a few formats. Thread-safe.
 */
@ApplicationScoped
public class MediaInspector {
    private static final int HEAD = 512;
    private static final String UNREADABLE = "the input cannot be read; was it deleted from the work directory?";
    private static final int MAX_OUTPUT = 1 << 20;
    private static final int MAX_SCRAMBLED_CHECK = 4 << 20;
    private static final String ENTRIES = "format=format_name,duration:program=program_id:program_stream=index"
            + ":stream=index,codec_type,codec_name,width,height,pix_fmt,field_order,r_frame_rate,avg_frame_rate"
            + ",sample_aspect_ratio,color_transfer,sample_rate,channels"
            + ":stream_disposition=attached_pic,timed_thumbnails,visual_impaired,descriptions:stream_side_data=rotation";

    private static final String FORMAT_NAMES = "MPEG-TS, MPEG-PS, MP4, Matroska, WebM, FLV, AVI, ASF, MXF,"
            + " OGG, IVF, and elementary streams of H.264, HEVC, MPEG-2 and MPEG-4";
    private static final Failure SCRAMBLED = new Failure(
            Failure.Kind.SCRAMBLED,
            "the input is scrambled (transport_scrambling_control); only clear media can be used");

    /** Result of a run of ffprobe. */
    private sealed interface Probed {
        record Read(InputStreams streams) implements Probed {}

        record Failed(Failure failure) implements Probed {}
    }

    private final FfmpegSettings settings;
    private final WorkDirectory work;

    MediaInspector(FfmpegSettings settings, WorkDirectory work) {
        this.settings = settings;
        this.work = work;
    }

    /**
     * Inspects a file on the calling thread; an interrupt stops the inspection.
     *
     * @param priority priority of the process
     */
    public Inspection inspect(Path file, ProcessPriority priority) {
        return switch (probe(file, priority, CommandLine.FORMATS)) {
            case Probed.Read(InputStreams streams) ->
                streams.video() == null && isScrambled(file) ? new Inspection.Rejected(SCRAMBLED) : streams.asVideo();
            case Probed.Failed(Failure failure) -> new Inspection.Rejected(failure);
        };
    }

    /**
     * Inspects a file that is played in a loop, which may have audio only, on the calling thread.
     *
     * @throws Unusable if it has neither usable video nor usable audio, or cannot be read
     */
    InputStreams streams(Path file) throws Unusable {
        return switch (probe(file, ProcessPriority.LIVE, LoopCommand.FORMATS)) {
            case Probed.Read(InputStreams streams) -> {
                if (streams.video() == null && isScrambled(file)) {
                    throw new Unusable(SCRAMBLED);
                }
                // A video that cannot be decoded is not left out silently.
                boolean audioOnly =
                        streams.mainAudio() != null && streams.problem().equals(MediaInfoReader.NO_VIDEO);
                if (streams.video() == null && !audioOnly) {
                    throw new Unusable(Failure.unsupported(streams.problem()));
                }
                yield streams;
            }
            case Probed.Failed(Failure failure) -> throw new Unusable(failure);
        };
    }

    /** The input cannot be used. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Failure failure;

        private Unusable(Failure failure) {
            super(failure.detail(), null, false, false);
            this.failure = failure;
        }

        Failure failure() {
            return failure;
        }
    }

    private Probed probe(Path file, ProcessPriority priority, String formats) {
        String container;
        try {
            work.grant(file);
            byte[] head = head(file);
            Optional<String> notVideo = Sniff.notVideo(head);
            container = Sniff.container(head);
            if (notVideo.isPresent()) {
                return failed(Failure.Kind.UNSUPPORTED_MEDIA, notVideo.get());
            }
        } catch (IOException unreadable) {
            return failed(Failure.Kind.DISK, UNREADABLE);
        }
        ChildProcess.Limits limits = settings.limits(settings.inspectTimeout());
        Path directory;
        try {
            directory = work.create();
        } catch (UncheckedIOException unusable) {
            return failed(Failure.Kind.DISK, "the work directory cannot be written");
        }
        try {
            ChildProcess.Ended ended = ChildProcess.collect(
                    settings.bounded(command(file, formats), priority),
                    directory,
                    ChildEnvironment.of(directory),
                    limits,
                    MAX_OUTPUT);
            return Files.isReadable(file) ? classify(ended, file, container) : failed(Failure.Kind.DISK, UNREADABLE);
        } finally {
            work.delete(directory);
        }
    }

    private Probed classify(ChildProcess.Ended ended, Path file, String container) {
        return switch (ended.end()) {
            case INTERRUPTED -> failed(Failure.Kind.STOPPED, "the inspection was stopped");
            case NOT_STARTED ->
                failed(Failure.Kind.CRASH, "ffprobe cannot be started (xg2g.ffmpeg.ffprobe-path): " + ended.stderr());
            case RUN_TIMEOUT, START_TIMEOUT, STALLED ->
                failed(
                        Failure.Kind.RUN_TIMEOUT,
                        "the inspection took longer than "
                                + settings.inspectTimeout().toMillis() + " ms (xg2g.ffmpeg.inspect-timeout)");
            case EXITED -> {
                if (ended.exitCode() > 128 && ended.exitCode() < 160) {
                    yield failed(Failure.Kind.CRASH, "ffprobe was terminated by signal " + (ended.exitCode() - 128));
                }
                if (ended.exitCode() == 0) {
                    yield read(ended);
                }
                yield new Probed.Failed(Decoders.refusal(ended.stderr(), container)
                        .orElseGet(() -> isScrambled(file) ? SCRAMBLED : unreadable(ended.stderr(), container)));
            }
        };
    }

    /** Returns why ffprobe has found no media: another format, or a supported one whose headers are not all there. */
    private static Failure unreadable(String stderr, String container) {
        Optional<String> refused = Decoders.refusedContainer(stderr);
        if (refused.isPresent()) {
            return Failure.unsupported(
                    "the container format " + refused.get() + " is not supported; supported: " + FORMAT_NAMES);
        }
        if (stderr.contains("moov atom not found")) {
            return Failure.unsupported(
                    "the MP4 or MOV input has no index (moov): the file is incomplete, or the input is a media segment"
                            + " without its init segment");
        }
        return Failure.unsupported(
                container.isEmpty()
                        ? "the input has no supported video format; supported: " + FORMAT_NAMES
                        : "the headers of the " + container
                                + " input cannot be read: the file is incomplete or damaged");
    }

    /** Reads the answer. For a frame that is too large ffprobe reports no format; a cover that is too large is ignored. */
    private static Probed read(ChildProcess.Ended ended) {
        Optional<InputStreams> read = MediaInfoReader.read(ended.output());
        if (read.isEmpty()) {
            return failed(Failure.Kind.CRASH, "the output of ffprobe is not JSON");
        }
        InputStreams streams = read.get();
        Optional<Failure> tooLarge = streams.video() == null ? Decoders.tooLarge(ended.stderr()) : Optional.empty();
        return tooLarge.isPresent() ? new Probed.Failed(tooLarge.get()) : new Probed.Read(streams);
    }

    /** Returns whether the file is MPEG-TS that is scrambled at its beginning. */
    private static boolean isScrambled(Path file) {
        SourceMonitor monitor = new SourceMonitor(new ByteArrayOutputStream());
        try (InputStream stream = Files.newInputStream(file)) {
            byte[] beginning = stream.readNBytes(MAX_SCRAMBLED_CHECK);
            monitor.accept(beginning, 0, beginning.length);
        } catch (IOException gone) {
            return false;
        }
        return monitor.programKnown() && monitor.scrambled();
    }

    private List<String> command(Path file, String formats) {
        List<String> command = new ArrayList<>(List.of(settings.ffprobe(), "-hide_banner", "-loglevel", "error"));
        command.addAll(List.of("-protocol_whitelist", "file", "-format_whitelist", formats));
        command.addAll(Decoders.probe());
        command.addAll(List.of("-show_entries", ENTRIES, "-print_format", "json=compact=1"));
        command.addAll(List.of("-i", CommandLine.url(file)));
        return command;
    }

    private static byte[] head(Path file) throws IOException {
        try (InputStream stream = Files.newInputStream(file)) {
            return stream.readNBytes(HEAD);
        }
    }

    private static Probed failed(Failure.Kind kind, String detail) {
        return new Probed.Failed(new Failure(kind, detail));
    }
}
