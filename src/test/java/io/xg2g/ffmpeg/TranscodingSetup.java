package io.xg2g.ffmpeg;

import io.smallrye.config.SmallRyeConfigBuilder;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.DeviceDiscovery;
import io.xg2g.process.ProcessPriority;
import io.xg2g.process.WorkDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The transcoder and its collaborators without dependency injection, in a separate directory, software only. */
final class TranscodingSetup implements AutoCloseable {
    final FfmpegSettings settings;
    final WorkDirectory work;
    final Profiles profiles;
    final EncoderProbe probe;
    final MediaInspector inspector;
    final FfmpegTranscoder transcoder;
    final MediaProcesses processes;

    /** Properties are given without {@code xg2g.ffmpeg.}, or with the full name. */
    TranscodingSetup(Path directory, Map<String, String> properties) {
        this(directory, properties, false);
    }

    /** The same with the encoders of the installed ffmpeg, which are probed once in a JVM, whatever the properties say. */
    static TranscodingSetup withInstalledEncoders(Path directory, Map<String, String> properties) {
        return new TranscodingSetup(directory, properties, true);
    }

    private TranscodingSetup(Path directory, Map<String, String> properties, boolean installedEncoders) {
        Map<String, String> all = new HashMap<>(LongDeadlines.PROPERTIES);
        all.put("xg2g.ffmpeg.work-dir", directory.resolve("work").toString());
        properties.forEach((key, value) -> all.put(key.startsWith("xg2g.") ? key : "xg2g.ffmpeg." + key, value));
        settings = settings(all);
        work = new WorkDirectory(settings.process());
        profiles = profiles(all);
        // Time limits that a test shortens are those of its own runs.
        Map<String, String> probed = new HashMap<>(all);
        probed.putAll(LongDeadlines.PROPERTIES);
        var devices = new DeviceDiscovery(directory.resolve("no-devices"), null);
        probe = installedEncoders
                ? new InstalledEncoders(settings(probed), work, profiles, devices)
                : new EncoderProbe(settings(probed), work, profiles, devices);
        inspector = new MediaInspector(settings, work);
        transcoder = new FfmpegTranscoder(settings, work, probe, new UnitProcesses());
        processes = new MediaProcesses(settings, work, inspector);
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
        return unit(file, profile, container, work.create());
    }

    TranscodeUnit unit(Path file, String profile, Container container, Path output) {
        return new TranscodeUnit(file, media(file), profiles.find(profile).orElseThrow(), container, output);
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
