package io.xg2g.ffmpeg;

import io.xg2g.gpu.Device;
import io.xg2g.gpu.DeviceDiscovery;
import io.xg2g.process.WorkDirectory;
import jakarta.enterprise.inject.Vetoed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Encoders of the installed ffmpeg, probed once in a JVM: each probe encodes a clip, which takes two seconds of a processor. For tests
 * of the transcoder; the other queries probe as always.
 */
@Vetoed
final class InstalledEncoders extends EncoderProbe {
    /** Report of the software encoders, made at the first use. */
    private static final class Software {
        static final DeviceReport REPORT = probed();

        private static DeviceReport probed() {
            try {
                Path directory = Files.createTempDirectory("xg2g-encoders");
                try (TranscodingSetup setup = new TranscodingSetup(directory, Map.of())) {
                    DeviceReport report = setup.probe.reports().getLast();
                    setup.work.remove();
                    Files.delete(directory);
                    return report;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    InstalledEncoders(FfmpegSettings settings, WorkDirectory work, Profiles profiles, DeviceDiscovery discovery) {
        super(settings, work, profiles, discovery);
    }

    @Override
    Optional<Encoder> encoder(Device device, Codec codec) {
        return Optional.of(Software.REPORT)
                .filter(report -> report.device().equals(device))
                .map(report -> report.encoders().get(codec))
                .map(report -> Encoder.named(report.encoder()));
    }
}
