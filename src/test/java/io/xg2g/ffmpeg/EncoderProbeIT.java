package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.Device;
import io.xg2g.gpu.DeviceDiscovery;
import io.xg2g.gpu.Vendor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderProbeIT {
    @TempDir
    Path directory;

    @Test
    void softwareEncodingPassesAndLeavesNoFiles() throws Exception {
        try (TranscodingSetup engine = new TranscodingSetup(directory, Map.of())) {
            assertThat(engine.probe.finished()).isEmpty();

            List<DeviceReport> reports = engine.probe.reports();

            assertThat(engine.probe.finished()).contains(reports);
            assertThat(engine.probe.problem()).isEmpty();
            assertThat(engine.probe.ffmpegVersion()).isNotEmpty();
            assertThat(reports).singleElement().satisfies(report -> {
                assertThat(report.device()).isEqualTo(Device.SOFTWARE);
                assertThat(report.usable()).isTrue();
                assertThat(report.encoders()).containsOnlyKeys(Codec.H264);
                assertThat(report.encoders().get(Codec.H264).encoder()).isEqualTo("libx264");
                assertThat(report.encoders().get(Codec.H264).speed()).isPositive();
            });
            assertThat(engine.remainingFiles()).isEmpty();
        }
    }

    @Test
    @Tag("nightly")
    void theCodecOfAConfiguredProfileIsProbedToo() {
        assertProbed(Map.of("xg2g.profiles.small.codec", "hevc"), Codec.H264, Codec.HEVC);
    }

    @Test
    @Tag("nightly")
    void theCodecsOfConfiguredProfilesAreProbedToo() {
        assertProbed(
                Map.of("xg2g.profiles.small.codec", "hevc", "xg2g.profiles.new.codec", "av1"),
                Codec.H264,
                Codec.HEVC,
                Codec.AV1);
    }

    private void assertProbed(Map<String, String> profiles, Codec... codecs) {
        try (TranscodingSetup engine = new TranscodingSetup(directory, profiles)) {
            DeviceReport report = engine.probe.reports().getFirst();

            assertThat(report.rejected()).isEmpty();
            assertThat(report.encoders()).containsOnlyKeys(codecs);
        }
    }

    @Test
    void aDeviceWhoseProbeThrowsDoesNotAffectTheOthers() {
        Device gpu = new Device("GPU-0", Vendor.NVIDIA, "broken", 0, "");
        try (TranscodingSetup engine = new TranscodingSetup(directory, Map.of())) {
            // Given a work directory that was replaced by a file before the devices are probed
            EncoderProbe probe = probe(engine, () -> {
                engine.work.delete(directory.resolve("work"));
                try {
                    Files.createFile(directory.resolve("work"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                return List.of(gpu, Device.SOFTWARE);
            });

            assertThat(probe.reports()).extracting(DeviceReport::device).containsExactly(gpu, Device.SOFTWARE);
            assertThat(probe.reports()).noneMatch(DeviceReport::usable);
            assertThat(probe.reports().getFirst().rejected())
                    .containsEntry("h264_nvenc", "its probe failed unexpectedly");
        }
    }

    private EncoderProbe probe(TranscodingSetup engine, Supplier<List<Device>> devices) {
        DeviceDiscovery discovery = new DeviceDiscovery(directory.resolve("no-devices"), null) {
            @Override
            public List<Device> discover() {
                return devices.get();
            }
        };
        return new EncoderProbe(engine.settings, engine.work, engine.profiles, discovery);
    }

    @Test
    void aDeviceWithoutAWorkingDriverIsNotUsable() {
        Device absent = new Device("GPU-0", Vendor.NVIDIA, "absent", 0, "");
        try (TranscodingSetup engine = new TranscodingSetup(directory, Map.of())) {
            DeviceReport report = engine.probe.reprobe(absent);

            assertThat(report.usable()).isFalse();
            assertThat(report.rejected()).containsOnlyKeys("h264_nvenc");
            assertThat(report.rejected().get("h264_nvenc")).isEqualTo("the device or its driver does not work");
            assertThat(engine.probe.encoder(absent, Codec.H264)).isEmpty();
        }
    }

    @Test
    void anEncoderIsTestedWithInterlacedVideoAndAWindow() throws Exception {
        Device device = new Device("GPU-0", Vendor.NVIDIA, "software in disguise", 0, "");
        Path clips = Files.createDirectory(directory.resolve("clips"));
        try (TranscodingSetup engine = new TranscodingSetup(directory, Map.of())) {
            assertThat(new EncoderSelfTest(engine.settings, device, clips).test(Encoder.LIBX264))
                    .isInstanceOf(EncoderSelfTest.Result.Passed.class);
            assertThat(clips.resolve("libx264.window")).isNotEmptyFile();
        }
    }

    @Test
    void anEncoderThatLosesFramesDoesNotPass() throws Exception {
        assertThat(refused("ffmpeg \"$@\"; truncate -s 188000 \"${last#file:}\""))
                .matches("\\d+ of 55 frames were encoded");
    }

    @Test
    @Tag("nightly")
    void anEncoderWithBlackOutputDoesNotPass() throws Exception {
        String black = "ffmpeg -v error -y -f lavfi -i color=black:s=1280x720:r=25:d=2.2 -c:v libx264"
                + " -force_key_frames 'expr:gte(t,n_forced*2)' -f mpegts \"$last\"";

        assertThat(refused(black)).startsWith("mean luma differs from the source's");
    }

    @Test
    @Tag("nightly")
    void anEncoderThatIgnoresForcedKeyframesDoesNotPass() throws Exception {
        String lazy = "ffmpeg -v error -y -f lavfi -i testsrc2=s=1280x720:r=25:d=2.2 -c:v libx264 -f mpegts \"$last\"";

        assertThat(refused(lazy)).startsWith("keyframes differ from the requested ones");
    }

    /** Returns the reason why libx264 is rejected if these commands replace ffmpeg in the self-test. */
    private String refused(String commands) throws Exception {
        Path program = FakeFfmpeg.failingOn(
                directory.resolve("fake"),
                "force_key_frames",
                "for last; do :; done; " + commands + "; echo progress=end");
        try (TranscodingSetup engine = new TranscodingSetup(directory, Map.of("path", program.toString()))) {
            DeviceReport report = engine.probe.reports().getFirst();
            assertThat(report.usable()).isFalse();
            return report.rejected().getOrDefault("libx264", "");
        }
    }
}
