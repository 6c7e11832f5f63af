package io.xg2g.ffmpeg;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.DeviceDiscovery;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The transcoder and its collaborators without dependency injection, in a separate directory, software only. */
final class TranscodingSetup implements AutoCloseable {
    final FfmpegSettings settings;
    final WorkDirectory work;
    final Profiles profiles;
    final EncoderProbe probe;
    final MediaInspector inspector;
    final FfmpegTranscoder transcoder;
    final MediaProcesses processes;

    /** Probes the encoders itself. Properties are given without {@code xg2g.ffmpeg.}, or with the full name. */
    TranscodingSetup(Path directory, Map<String, String> properties) {
        this(directory, properties, null);
    }

    private TranscodingSetup(Path directory, Map<String, String> properties, @Nullable EncoderProbe known) {
        Map<String, String> all = new HashMap<>(LongDeadlines.PROPERTIES);
        all.put("xg2g.ffmpeg.work-dir", directory.resolve("work").toString());
        properties.forEach((key, value) -> all.put(key.startsWith("xg2g.") ? key : "xg2g.ffmpeg." + key, value));
        settings = settings(all);
        work = new WorkDirectory(settings.process());
        profiles = profiles(all);
        // Time limits that a test shortens are those of its own runs.
        Map<String, String> probed = new HashMap<>(all);
        probed.putAll(LongDeadlines.PROPERTIES);
        probe = known != null
                ? known
                : new EncoderProbe(
                        settings(probed), work, profiles, new DeviceDiscovery(directory.resolve("no-devices"), null));
        inspector = new MediaInspector(settings, work);
        transcoder = new FfmpegTranscoder(settings, work, probe, new UnitProcesses());
        processes = new MediaProcesses(settings, work, inspector);
    }

    /**
     * A setup for tests of what comes after the probe: the encoders are those that ffmpeg has passed with in this JVM before,
     * since a probe takes two seconds of a processor, and their preset is a fast one: what is encoded matters, not how well.
     */
    static TranscodingSetup probed(Path directory, Map<String, String> properties) {
        Map<String, String> fast = new HashMap<>(properties);
        fast.put("software-preset", "superfast");
        return new TranscodingSetup(directory, fast, SharedProbe.PROBE);
    }

    /** The probe that {@link #probed} shares. It runs once, in a directory that is deleted then. */
    private static final class SharedProbe {
        static final EncoderProbe PROBE = probe();

        private static EncoderProbe probe() {
            try {
                Path directory = Files.createTempDirectory("encoder-probe");
                EncoderProbe probe;
                try (TranscodingSetup setup = new TranscodingSetup(directory, Map.of())) {
                    probe = setup.probe;
                    probe.reports();
                }
                try (var files = Files.walk(directory)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
                return probe;
            } catch (IOException broken) {
                throw new UncheckedIOException(broken);
            }
        }
    }

    static FfmpegSettings settings(Map<String, String> properties) {
        return new FfmpegSettings(new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(FfmpegConfig.class)
                .withDefaultValue("user.home", System.getProperty("user.home"))
                .withDefaultValues(properties)
                .addDefaultInterceptors()
                .build()
                .getConfigMapping(FfmpegConfig.class));
    }

    static Profiles profiles(Map<String, String> properties) {
        return new Profiles(new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(ProfilesConfig.class)
                .withDefaultValues(properties)
                .withMappingIgnore("xg2g.ffmpeg.**")
                .build()
                .getConfigMapping(ProfilesConfig.class));
    }

    MediaInfo media(Path file) {
        return switch (inspector.inspect(file, ProcessPriority.NORMAL)) {
            case Inspection.Accepted accepted -> accepted.media();
            case Inspection.Rejected rejected -> throw new AssertionError("rejected: " + rejected.failure());
        };
    }

    TranscodeUnit unit(Path file, String profile, Container container) {
        return new TranscodeUnit(file, media(file), profiles.find(profile).orElseThrow(), container, work.create());
    }

    TranscodeOutcome run(TranscodeUnit unit) {
        return transcoder.transcode(unit, Device.SOFTWARE, ProcessPriority.NORMAL, share -> {});
    }

    /** Files in the work directory, except the lock. */
    List<Path> remainingFiles() throws IOException {
        try (var entries = Files.list(settings.process().workDirectory())) {
            return entries.filter(path -> !path.endsWith("lock")).toList();
        }
    }

    @Override
    public void close() {
        work.close();
    }
}
