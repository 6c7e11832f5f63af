package io.xg2g.ffmpeg;

import io.xg2g.process.ChildEnvironment;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.WorkDirectory;
import io.xg2g.schedule.TimeSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Factory of the long-lived children of live channels and cameras. Methods do not throw if a child cannot be started: they return one that
 * has ended.
 *
 * <p>Each child has a directory in the work directory, which is deleted after its end, and by which the child is killed at the
 * next start if this program is killed. Thread-safe.
 */
@ApplicationScoped
public class MediaProcesses {
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final FfmpegSettings settings;
    private final WorkDirectory work;
    private final MediaInspector inspector;
    private final FfmpegProbe checksExtensions;

    MediaProcesses(FfmpegSettings settings, WorkDirectory work, MediaInspector inspector) {
        this.settings = settings;
        this.work = work;
        this.inspector = inspector;
        this.checksExtensions = FfmpegProbe.ofExtensionCheck(settings, work);
    }

    /**
     * Starts a channel's segmenter: MPEG-TS on stdin; on stdout MPEG-TS with the same video, the audio as AAC, and the
     * timestamps of the source.
     */
    public MediaProcess segmenter(SegmenterOptions options) {
        List<String> command = MediaCommands.segmenter(settings.ffmpeg(), options);
        return start(offline(command), Map.of(), ChildProcess.Stdin.PIPE);
    }

    /**
     * Starts a child that fetches a source, as fast as its stdout is read. Over HTTP every request goes to the source's own
     * server, as a proxy, whatever host a redirect or playlist names.
     *
     * @param source URL, may contain credentials, which are never logged
     */
    public MediaProcess grab(URI source, SourceKind kind, GrabOptions options) {
        List<String> command = MediaCommands.grab(
                settings.ffmpeg(), source, kind, settings.sourceTimeout(), options, TimeSource.SYSTEM.instant());
        return fetch(command, source, kind);
    }

    /**
     * Starts a child that plays a file in a loop, as fast as its stdout is read; blocks while the file is inspected. Streams
     * that MPEG-TS cannot carry are encoded. A file without usable streams is returned as a child that has ended.
     */
    public MediaProcess loop(Path file) {
        InputStreams streams;
        try {
            streams = inspector.streams(file);
        } catch (MediaInspector.Unusable unusable) {
            return MediaProcess.notStarted(unusable.failure());
        }
        List<String> command = LoopCommand.of(settings.ffmpeg(), file, streams, settings.threads(1));
        return start(offline(command), Map.of(), ChildProcess.Stdin.EMPTY);
    }

    /**
     * Starts a child that fetches a source and writes it as JPEG images, each after a line with its time
     * ({@link MediaCommands#frames}). Live sources are not read ahead, files in real time.
     *
     * @param source URL, may contain credentials, which are never logged
     */
    public MediaProcess frames(URI source, SourceKind kind, FrameOptions options) {
        List<String> command = MediaCommands.frames(settings.ffmpeg(), source, kind, settings.sourceTimeout(), options);
        return fetch(command, source, kind);
    }

    /**
     * Starts a child that writes the MPEG-TS on its stdin as JPEG images, as {@link #frames}.
     *
     * @param skipped time from the first frame of which there are no images, unless they are those of the source
     */
    public MediaProcess framesOfStream(FrameOptions options, Duration skipped) {
        List<String> command = MediaCommands.framesOfStream(settings.ffmpeg(), options, skipped);
        return start(offline(command), Map.of(), ChildProcess.Stdin.PIPE);
    }

    private MediaProcess fetch(List<String> command, URI source, SourceKind kind) {
        Map<String, String> proxy =
                kind.isHttp() ? Map.of("http_proxy", "http://" + source.getRawAuthority()) : Map.of();
        List<String> complete =
                kind == SourceKind.HLS && checksExtensions.works() ? MediaCommands.withAnyExtension(command) : command;
        List<String> bounded = kind == SourceKind.FILE
                ? offline(command)
                : settings.boundedWithNetwork(complete, ProcessPriority.LIVE);
        return start(bounded, proxy, ChildProcess.Stdin.EMPTY);
    }

    /** Starts a child that generates a test pattern with a clock, 1280x720 at 25 frames per second, and a tone. */
    public MediaProcess demo() {
        List<String> command = MediaCommands.demo(settings.ffmpeg(), settings.threads(1));
        return start(offline(command), Map.of(), ChildProcess.Stdin.EMPTY);
    }

    private List<String> offline(List<String> command) {
        return settings.bounded(command, ProcessPriority.LIVE);
    }

    private MediaProcess start(List<String> bounded, Map<String, String> variables, ChildProcess.Stdin stdin) {
        Path directory;
        try {
            directory = work.create();
        } catch (UncheckedIOException unusable) {
            return MediaProcess.notStarted(new Failure(Failure.Kind.DISK, "the work directory cannot be written"));
        }
        boolean started = false;
        try {
            Map<String, String> environment = ChildEnvironment.of(directory);
            environment.putAll(variables);
            Process process = ChildProcess.start(bounded, directory, environment, stdin);
            MediaProcess media = MediaProcess.of(process, GRACE, () -> work.delete(directory));
            started = true;
            return media;
        } catch (IOException failure) {
            return MediaProcess.notStarted(new Failure(
                    Failure.Kind.CRASH,
                    "ffmpeg cannot be started (xg2g.ffmpeg.path): " + ChildProcess.reason(failure)));
        } finally {
            if (!started) {
                work.delete(directory);
            }
        }
    }
}
