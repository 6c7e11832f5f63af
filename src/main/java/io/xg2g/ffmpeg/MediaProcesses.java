package io.xg2g.ffmpeg;

import io.xg2g.process.ChildEnvironment;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.WorkDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Starts the long-lived children of live channels. They never throw: one that cannot be started is one that has ended.
 *
 * <p>Each has a directory of its own, which goes with it, and is found and ended at the next start if this program is
 * killed.
 */
@ApplicationScoped
public class MediaProcesses {
    private static final Duration GRACE = Duration.ofSeconds(1);

    private final FfmpegSettings settings;
    private final WorkDirectory work;

    MediaProcesses(FfmpegSettings settings, WorkDirectory work) {
        this.settings = settings;
        this.work = work;
    }

    /**
     * Starts the child that a channel's source runs through: MPEG-TS on stdin; on stdout MPEG-TS with the video as it
     * was and the audio as AAC, with the times of the source.
     */
    public MediaProcess segmenter(SegmenterOptions options) {
        List<String> command = MediaCommands.segmenter(settings.ffmpeg(), options);
        return start(offline(command), Map.of(), ChildProcess.Stdin.PIPE);
    }

    /**
     * Starts a child that fetches a source, as fast as its reader takes it where the source allows that. Over HTTP it
     * asks the source's own server for everything, whatever host a redirect or a playlist names.
     *
     * @param source its address, which may hold credentials; they are never repeated
     */
    public MediaProcess grab(URI source, SourceKind kind) {
        List<String> command = MediaCommands.grab(settings.ffmpeg(), source, kind, settings.sourceTimeout());
        boolean http = kind == SourceKind.HTTP || kind == SourceKind.HLS;
        Map<String, String> proxy = http ? Map.of("http_proxy", "http://" + source.getRawAuthority()) : Map.of();
        List<String> bounded =
                kind == SourceKind.FILE ? offline(command) : settings.boundedWithNetwork(command, ProcessPriority.LIVE);
        return start(bounded, proxy, ChildProcess.Stdin.EMPTY);
    }

    /** Starts a child that makes a moving picture with a clock, 1280x720 at 25 frames a second, and a tone. */
    public MediaProcess demo() {
        List<String> command = MediaCommands.demo(settings.ffmpeg(), settings.threads(1));
        return start(offline(command), Map.of(), ChildProcess.Stdin.EMPTY);
    }

    private List<String> offline(List<String> command) {
        return settings.bounded(command, ProcessPriority.LIVE);
    }

    private MediaProcess start(List<String> bounded, Map<String, String> more, ChildProcess.Stdin stdin) {
        Path directory;
        try {
            directory = work.create();
        } catch (UncheckedIOException unusable) {
            return MediaProcess.notStarted(new Failure(Failure.Kind.DISK, "the work directory cannot be written"));
        }
        boolean started = false;
        try {
            Map<String, String> environment = ChildEnvironment.of(directory);
            environment.putAll(more);
            Process process = ChildProcess.start(bounded, directory, environment, stdin);
            MediaProcess media = MediaProcess.of(process, GRACE, () -> work.delete(directory));
            started = true;
            return media;
        } catch (IOException impossible) {
            return MediaProcess.notStarted(new Failure(
                    Failure.Kind.CRASH,
                    "ffmpeg cannot be started (xg2g.ffmpeg.path): " + ChildProcess.reason(impossible)));
        } finally {
            if (!started) {
                work.delete(directory);
            }
        }
    }
}
