package io.xg2g.ffmpeg;

import io.xg2g.process.ChildEnvironment;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.WorkDirectory;
import jakarta.enterprise.context.ApplicationScoped;
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
    private static final String ENTRIES = "format=format_name,duration"
            + ":stream=codec_type,codec_name,width,height,pix_fmt,field_order,r_frame_rate,avg_frame_rate"
            + ",sample_aspect_ratio,sample_rate,channels"
            + ":stream_disposition=attached_pic,timed_thumbnails:stream_side_data=rotation";

    private static final Failure UNKNOWN_FORMAT = new Failure(
            Failure.Kind.UNSUPPORTED_MEDIA,
            "the input has no supported video format; supported: MPEG-TS, MP4, Matroska, WebM, FLV and MPEG-PS");

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
        try {
            work.grant(file);
            Optional<String> notVideo = Sniff.notVideo(head(file));
            if (notVideo.isPresent()) {
                return rejected(Failure.Kind.UNSUPPORTED_MEDIA, notVideo.get());
            }
        } catch (IOException unreadable) {
            return rejected(Failure.Kind.DISK, UNREADABLE);
        }
        ChildProcess.Limits limits = settings.limits(settings.inspectTimeout());
        Path directory;
        try {
            directory = work.create();
        } catch (UncheckedIOException unusable) {
            return rejected(Failure.Kind.DISK, "the work directory cannot be written");
        }
        try {
            ChildProcess.Ended ended = ChildProcess.collect(
                    settings.bounded(command(file), priority),
                    directory,
                    ChildEnvironment.of(directory),
                    limits,
                    MAX_OUTPUT);
            return Files.isReadable(file) ? classify(ended) : rejected(Failure.Kind.DISK, UNREADABLE);
        } finally {
            work.delete(directory);
        }
    }

    private Inspection classify(ChildProcess.Ended ended) {
        return switch (ended.end()) {
            case INTERRUPTED -> rejected(Failure.Kind.STOPPED, "the inspection was stopped");
            case NOT_STARTED ->
                rejected(Failure.Kind.CRASH, "ffprobe cannot be started (xg2g.ffmpeg.ffprobe-path): " + ended.stderr());
            case RUN_TIMEOUT, START_TIMEOUT, STALLED ->
                rejected(
                        Failure.Kind.RUN_TIMEOUT,
                        "the inspection took longer than "
                                + settings.inspectTimeout().toMillis() + " ms (xg2g.ffmpeg.inspect-timeout)");
            case EXITED -> {
                if (ended.exitCode() > 128 && ended.exitCode() < 160) {
                    yield rejected(Failure.Kind.CRASH, "ffprobe was terminated by signal " + (ended.exitCode() - 128));
                }
                yield ended.exitCode() == 0
                        ? read(ended)
                        : new Inspection.Rejected(
                                Decoders.refusal(ended.stderr()).orElse(UNKNOWN_FORMAT));
            }
        };
    }

    /** Reads the answer. For a frame that is too large ffprobe reports no format; a cover that is too large is ignored. */
    private static Inspection read(ChildProcess.Ended ended) {
        Inspection found = MediaInfoReader.read(ended.output());
        return found instanceof Inspection.Rejected
                ? Decoders.tooLarge(ended.stderr())
                        .<Inspection>map(Inspection.Rejected::new)
                        .orElse(found)
                : found;
    }

    private List<String> command(Path file) {
        List<String> command = new ArrayList<>(List.of(settings.ffprobe(), "-hide_banner", "-loglevel", "error"));
        command.addAll(List.of("-protocol_whitelist", "file", "-format_whitelist", CommandLine.FORMATS));
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

    private static Inspection rejected(Failure.Kind kind, String detail) {
        return new Inspection.Rejected(new Failure(kind, detail));
    }
}
