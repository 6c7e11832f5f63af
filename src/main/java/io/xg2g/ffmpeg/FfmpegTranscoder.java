package io.xg2g.ffmpeg;

import io.xg2g.gpu.Device;
import io.xg2g.process.ChildEnvironment;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.Progress;
import io.xg2g.process.WorkDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import org.jboss.logging.Logger;

/**
 * Transcoder that runs units in ffmpeg child processes.
 *
 * <p>Outputs are written as {@code *.part} files, checked, and then renamed, so that a file with a rendition's name is complete.
 * After a failure no file is left.
 */
@ApplicationScoped
public class FfmpegTranscoder implements Transcoder {
    private static final Logger LOG = Logger.getLogger(FfmpegTranscoder.class);
    private static final Failure DELETED =
            new Failure(Failure.Kind.DISK, "the unit's files were deleted from the work directory by another program");
    private static final String JPEG = "image/jpeg";

    private final FfmpegSettings settings;
    private final WorkDirectory work;
    private final EncoderProbe probe;
    private final UnitProcesses processes;
    private final FfmpegProbe text;
    private final UndecodedFormats undecoded = new UndecodedFormats();

    private volatile int unitsAtOnce = 1;

    FfmpegTranscoder(FfmpegSettings settings, WorkDirectory work, EncoderProbe probe, UnitProcesses processes) {
        this.settings = settings;
        this.work = work;
        this.probe = probe;
        this.processes = processes;
        this.text = FfmpegProbe.ofDrawText(settings, work);
    }

    /** Sets the number of concurrent units, from which threads and memory of each are derived. Thread-safe. */
    public void unitsAtOnce(int units) {
        unitsAtOnce = Math.max(1, units);
        settings.unitsAtOnce(unitsAtOnce);
    }

    @Override
    public TranscodeOutcome transcode(
            TranscodeUnit unit, Device device, ProcessPriority priority, DoubleConsumer progress) {
        Optional<String> unavailable = work.unavailable();
        if (unavailable.isPresent()) {
            return failed(TranscodeOutcome.NO_ENCODER, Failure.Kind.DISK, unavailable.get());
        }
        try {
            return switch (unit.profile()) {
                case Profile.Ladder ladder -> ladder(drawable(unit), ladder, device, priority, progress);
                case Profile.Preview preview -> preview(unit, preview, priority, progress);
            };
        } catch (UncheckedIOException unusable) {
            LOG.debug("work directory cannot be used", unusable);
            return failed(TranscodeOutcome.NO_ENCODER, Failure.Kind.DISK, "the work directory cannot be written");
        }
    }

    /** Returns the unit without the text of its slate if ffmpeg cannot draw text. */
    private TranscodeUnit drawable(TranscodeUnit unit) {
        Slate slate = unit.slate();
        return slate == null || text.works() ? unit : unit.withSlate(slate.withoutText());
    }

    private TranscodeOutcome ladder(
            TranscodeUnit unit,
            Profile.Ladder ladder,
            Device device,
            ProcessPriority priority,
            DoubleConsumer progress) {
        Codec codec = ladder.renditions().getFirst().codec();
        Optional<Encoder> found = probe.encoder(device, codec);
        if (found.isEmpty()) {
            String why = probe.problem()
                    .orElseGet(
                            () -> "no encoder for " + codec.name().toLowerCase(Locale.ROOT) + " works on this device");
            return failed(TranscodeOutcome.NO_ENCODER, Failure.Kind.DEVICE_FAULT, why);
        }
        Encoder encoder = found.get();
        List<Rung> rungs = rungs(unit, ladder);
        Optional<Failure> refused = EncoderLimits.of(unit.container(), rungs, encoder);
        if (refused.isPresent()) {
            return new TranscodeOutcome.Failed(encoder.ffmpegName(), refused.get());
        }
        MediaInfo.Video video = unit.source().video();
        var target = new CommandLine.Target(
                device,
                encoder,
                settings.softwarePreset(),
                settings.threads(unitsAtOnce),
                !undecoded.contains(device, video));
        TranscodeOutcome outcome = encode(unit, rungs, target, priority, progress);
        // What the decoder of a device can do depends on more than the codec, and not every one falls back to software.
        if (!target.decodes(unit)) {
            return outcome;
        }
        if (outcome instanceof TranscodeOutcome.Failed(String _, Failure failure)
                && FailureClassifier.isUndecodable(failure)) {
            outcome = encode(unit, rungs, target.decodingInSoftware(), priority, progress);
            if (outcome instanceof TranscodeOutcome.Produced) {
                undecoded.failed(device, video);
            }
        } else if (outcome instanceof TranscodeOutcome.Produced) {
            undecoded.decoded(device, video);
        }
        return outcome;
    }

    private TranscodeOutcome encode(
            TranscodeUnit unit,
            List<Rung> rungs,
            CommandLine.Target target,
            ProcessPriority priority,
            DoubleConsumer progress) {
        List<Path> parts = rungs.stream()
                .map(rung -> unit.outputDirectory().resolve(rung.spec().name() + ".part"))
                .toList();
        Duration longest = PlayingTime.longest(unit.input());
        List<String> command = CommandLine.ladder(settings.ffmpeg(), unit, rungs, parts, target, longest);
        Encoder encoder = target.encoder();
        Job job = new Job(
                unit, encoder.ffmpegName(), encoder.family() != Encoder.Family.SOFTWARE, command, priority, parts);
        return run(job, progress, ended -> {
            List<Rendition> made = LadderCheck.check(
                    unit, rungs, parts, ended.progress(), ended.stderr().isBlank());
            Optional<Failure> endless = unit.grid() == null
                    ? PlayingTime.exceeded(ended.progress(), made.getFirst().duration(), longest)
                    : Optional.empty();
            if (endless.isPresent()) {
                throw new Unsupported(endless.get());
            }
            return made;
        });
    }

    private static List<Rung> rungs(TranscodeUnit unit, Profile.Ladder ladder) {
        FrameGrid grid = unit.grid();
        return grid == null
                ? Rung.of(unit.source().video(), ladder.renditions())
                : Rung.of(unit.source().video(), ladder.renditions(), grid);
    }

    private TranscodeOutcome preview(
            TranscodeUnit unit, Profile.Preview preview, ProcessPriority priority, DoubleConsumer progress) {
        Rung.Size size = Rung.Size.fit(unit.source().video(), preview.height());
        Path part = unit.outputDirectory().resolve("preview.part");
        List<String> command = CommandLine.preview(settings.ffmpeg(), unit, size, part, settings.threads(unitsAtOnce));
        Job job = new Job(unit, TranscodeOutcome.PREVIEW_ENCODER, false, command, priority, List.of(part));
        return run(job, progress, ended -> {
            Rung.Size made = OutputCheck.jpeg(part);
            if (!made.equals(size)) {
                throw new OutputCheck.Defect("the frame size differs from the requested one");
            }
            Path file = unit.outputDirectory().resolve("preview.jpg");
            return List.of(
                    new Rendition("preview", file, JPEG, Files.size(part), made.width(), made.height(), Duration.ZERO));
        });
    }

    private record Job(
            TranscodeUnit unit,
            String encoder,
            boolean onGpu,
            List<String> command,
            ProcessPriority priority,
            List<Path> parts) {}

    /** Observer of a unit's run. */
    private final class RunObserver implements ChildProcess.Watcher {
        private final TranscodeUnit unit;
        private final DoubleConsumer progress;
        private long pid;

        private RunObserver(TranscodeUnit unit, DoubleConsumer progress) {
            this.unit = unit;
            this.progress = progress;
        }

        @Override
        public void started(long id) {
            pid = id;
            processes.started(id, unit);
        }

        @Override
        public void progressed(Progress report) {
            progress.accept(share(report, unit.source().duration()));
        }

        private void end() {
            processes.ended(pid);
        }
    }

    /** The output is complete, but exceeds the playing time allowed for its input. */
    private static final class Unsupported extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient Failure failure;

        private Unsupported(Failure failure) {
            super(failure.detail());
            this.failure = failure;
        }
    }

    private interface Check {
        /** Returns the checked renditions, in the order of the parts. */
        List<Rendition> check(ChildProcess.Ended ended) throws OutputCheck.Defect, Unsupported, IOException;
    }

    private TranscodeOutcome run(Job job, DoubleConsumer progress, Check check) {
        RunObserver observer = new RunObserver(job.unit(), progress);
        List<Path> leftovers = new ArrayList<>(job.parts());
        Path directory = work.create();
        try {
            work.grant(job.unit().input());
            work.grant(job.unit().outputDirectory());
            ChildProcess.Ended ended = ChildProcess.watch(
                    settings.bounded(job.command(), job.priority()),
                    directory,
                    ChildEnvironment.of(directory),
                    settings.limits(),
                    observer);
            if (!ended.success()) {
                Failure failure = classify(job, ended, directory);
                LOG.debugf("ffmpeg failed: code=%d stderr=%s", ended.exitCode(), ended.stderr());
                return new TranscodeOutcome.Failed(job.encoder(), failure);
            }
            TranscodeOutcome outcome = checked(job, ended, check, leftovers);
            if (outcome instanceof TranscodeOutcome.Produced) {
                progress.accept(1);
            }
            return outcome;
        } catch (IOException failure) {
            LOG.debug("output cannot be moved to its place", failure);
            return failed(job.encoder(), Failure.Kind.DISK, "the output directory cannot be written");
        } finally {
            observer.end();
            leftovers.forEach(work::delete);
            work.delete(directory);
        }
    }

    /**
     * Checks the output of a run with exit code 0, and renames its files.
     *
     * @param leftovers the files to delete afterwards
     */
    private TranscodeOutcome checked(Job job, ChildProcess.Ended ended, Check check, List<Path> leftovers)
            throws IOException {
        try {
            List<Rendition> renditions = check.check(ended);
            for (int i = 0; i < renditions.size(); i++) {
                leftovers.add(renditions.get(i).file());
                Files.move(job.parts().get(i), renditions.get(i).file());
            }
            leftovers.clear();
            return new TranscodeOutcome.Produced(job.encoder(), renditions);
        } catch (OutputCheck.Defect defect) {
            LOG.debugf("output is incomplete: reason=%s stderr=%s", defect.what(), ended.stderr());
            return incomplete(job, ended, defect);
        } catch (Unsupported unsupported) {
            return new TranscodeOutcome.Failed(job.encoder(), unsupported.failure);
        }
    }

    /** Returns whether the files of the run still exist: a work directory that was restored is empty. */
    private static boolean filesExist(Job job, Path directory) {
        return Files.exists(job.unit().input())
                && Files.isDirectory(job.unit().outputDirectory())
                && Files.isDirectory(directory);
    }

    /**
     * Classifies a failed run. A hanging process on a GPU is a device fault: the unit is retried elsewhere, the device probed.
     */
    private Failure classify(Job job, ChildProcess.Ended ended, Path directory) {
        boolean exited = ended.end() == ChildProcess.End.EXITED || ended.end() == ChildProcess.End.NOT_STARTED;
        if (exited && !filesExist(job, directory)) {
            return DELETED;
        }
        Failure failure = FailureClassifier.classify(ended, settings.limits());
        boolean hung = ended.end() == ChildProcess.End.START_TIMEOUT || ended.end() == ChildProcess.End.STALLED;
        return hung && job.onGpu() ? new Failure(Failure.Kind.DEVICE_FAULT, failure.detail()) : failure;
    }

    /** Classifies an incomplete output of a run with exit code 0: caused by the disk, the source, or ffmpeg itself. */
    private TranscodeOutcome incomplete(Job job, ChildProcess.Ended ended, OutputCheck.Defect defect) {
        Optional<String> unavailable = work.unavailable();
        if (unavailable.isPresent()) {
            return failed(job.encoder(), Failure.Kind.DISK, unavailable.get());
        }
        if (!filesExist(job, job.unit().outputDirectory())) {
            return new TranscodeOutcome.Failed(job.encoder(), DELETED);
        }
        Failure reported = FailureClassifier.classify(ended, settings.limits());
        Failure.Kind kind = reported.kind();
        if (kind == Failure.Kind.CRASH || (ended.progress().frames() > 0 && kind != Failure.Kind.DISK)) {
            return failed(job.encoder(), Failure.Kind.CRASH, defect.what());
        }
        return new TranscodeOutcome.Failed(job.encoder(), reported);
    }

    private static double share(Progress report, Duration whole) {
        return whole.isPositive() ? Math.clamp(report.outTimeMicros() * 1000.0 / whole.toNanos(), 0, 1) : 0;
    }

    private static TranscodeOutcome.Failed failed(String encoder, Failure.Kind kind, String detail) {
        return new TranscodeOutcome.Failed(encoder, new Failure(kind, detail));
    }
}
