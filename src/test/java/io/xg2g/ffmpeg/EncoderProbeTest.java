package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.ShutdownEvent;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.DeviceDiscovery;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Callers of {@link EncoderProbe} wait without a time limit, so every outcome has to release them. */
@Timeout(60)
class EncoderProbeTest {
    @TempDir
    Path directory;

    @Test
    void aThrownErrorReleasesTheCallers() {
        assertReleased(() -> {
            throw new StackOverflowError("a bug");
        });
    }

    @Test
    void anExceptionThatCannotBeLoggedReleasesTheCallers() {
        assertReleased(() -> {
            throw new IllegalStateException() {
                @Override
                public String toString() {
                    throw new StackOverflowError("not even its text can be had");
                }
            };
        });
    }

    @Test
    void aShutdownReleasesTheCallersOfAProbeThatIsRunning() throws Exception {
        CountDownLatch discovering = new CountDownLatch(1);
        try (TranscodingSetup engine = engine()) {
            EncoderProbe probe = probe(engine, () -> {
                discovering.countDown();
                return waitForTheInterrupt();
            });
            Thread caller = Thread.ofVirtual().start(probe::reports);
            discovering.await();

            probe.end(new ShutdownEvent());

            caller.join();
            assertThat(probe.reports()).isEmpty();
        }
    }

    @Test
    void aProbeDoesNotBeginAfterTheShutdown() throws Exception {
        try (TranscodingSetup engine = engine()) {
            EncoderProbe probe = probe(engine, () -> {
                throw new AssertionError("the probe has begun");
            });

            probe.end(new ShutdownEvent());

            assertThat(probe.problem()).contains("the program is shutting down");
            assertThat(probe.reports()).isEmpty();
        }
    }

    private void assertReleased(Supplier<List<Device>> devices) {
        try (TranscodingSetup engine = engine()) {
            EncoderProbe probe = probe(engine, devices);

            assertThat(probe.reports()).isEmpty();
            assertThat(probe.problem()).get().asString().contains("failed unexpectedly");
        }
    }

    private static List<Device> waitForTheInterrupt() {
        try {
            new CountDownLatch(1).await();
            return List.of();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException("interrupted", stopped);
        }
    }

    /** Without ffmpeg: the probe continues with the devices. */
    private TranscodingSetup engine() {
        return new TranscodingSetup(directory, Map.of("path", "/nowhere/ffmpeg"));
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
}
