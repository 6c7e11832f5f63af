package io.xg2g.ffmpeg;

import io.quarkus.runtime.ShutdownEvent;
import io.xg2g.gpu.Device;
import io.xg2g.gpu.DeviceDiscovery;
import io.xg2g.gpu.Vendor;
import io.xg2g.process.WorkDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Probe of the encoders of each device by {@link EncoderSelfTest}. Only encoders that pass are used.
 *
 * <p>The probe begins with the first query; queries block until it has finished. H.264 is always probed, other codecs only if a
 * profile uses them. Thread-safe.
 */
@ApplicationScoped
public class EncoderProbe {
    private static final Logger LOG = Logger.getLogger(EncoderProbe.class);

    /** Time limit of an interrupted probe, which ends its child processes first. */
    private static final Duration ENDING = Duration.ofSeconds(10);

    /** Result of the probe of all devices. */
    private record Findings(Installation installation, Map<String, DeviceReport> devices) {}

    private static final Findings FAILED = nothing("the encoder probe failed unexpectedly; see the log");
    private static final Findings NO_WORK_DIRECTORY =
            nothing("the work directory cannot be used (xg2g.ffmpeg.work-dir)");
    private static final Findings SHUT_DOWN = nothing("the program is shutting down");

    private final FfmpegSettings settings;
    private final WorkDirectory work;
    private final Profiles profiles;
    private final DeviceDiscovery discovery;
    private final ReentrantLock probing = new ReentrantLock();
    private final CompletableFuture<Findings> first = new CompletableFuture<>();
    private final AtomicBoolean begun = new AtomicBoolean();
    private final Thread firstProbe;
    private volatile @Nullable Findings findings;

    EncoderProbe(FfmpegSettings settings, WorkDirectory work, Profiles profiles, DeviceDiscovery discovery) {
        this.settings = settings;
        this.work = work;
        this.profiles = profiles;
        this.discovery = discovery;
        // A thread of its own: an interrupt of a caller that waits for the findings does not end the probe.
        this.firstProbe = Thread.ofVirtual().name("encoder-probe").unstarted(this::probeAll);
    }

    /** Ends the first probe if it is running, while the work directory still exists, and completes its future. */
    void end(@Observes ShutdownEvent event) throws InterruptedException {
        try {
            if (!begun.compareAndSet(false, true)) {
                firstProbe.interrupt();
                firstProbe.join(ENDING);
            }
        } finally {
            first.complete(SHUT_DOWN);
        }
    }

    /** Returns the reports of all devices, software last. Blocks until the probe has finished. */
    public List<DeviceReport> reports() {
        return List.copyOf(findings().devices().values());
    }

    /** Returns the reports without blocking; empty until the probe has finished. */
    public Optional<List<DeviceReport>> finished() {
        Findings known = findings;
        return known == null
                ? Optional.empty()
                : Optional.of(List.copyOf(known.devices().values()));
    }

    /**
     * Returns the version of ffmpeg, for instance {@code 5.1.9-0+deb12u1}; empty if there is none. Blocks like {@link #reports}.
     */
    public String ffmpegVersion() {
        return findings().installation().version();
    }

    /** Returns a warning if the version of ffmpeg has known vulnerabilities. Blocks like {@link #reports}. */
    public Optional<String> ffmpegWarning() {
        return findings().installation().warning();
    }

    /** Returns why ffmpeg cannot be used, if so: it is missing or too old. Blocks like {@link #reports}. */
    public Optional<String> problem() {
        return Optional.of(findings().installation().problem()).filter(text -> !text.isEmpty());
    }

    /** Probes one device again, for instance after a fault, and replaces its report. */
    public DeviceReport reprobe(Device device) {
        Findings before = findings();
        probing.lock();
        try {
            DeviceReport old = before.devices().get(device.id());
            DeviceReport report = probe(device, before.installation(), old == null ? 0 : old.sessionLimit());
            if (Thread.currentThread().isInterrupted() && old != null) {
                return old;
            }
            Findings now = findings();
            Map<String, DeviceReport> devices = new LinkedHashMap<>(now.devices());
            devices.put(device.id(), report);
            findings = new Findings(now.installation(), devices);
            return report;
        } finally {
            probing.unlock();
        }
    }

    /** Returns the encoder for a codec on a device, if one has passed. */
    Optional<Encoder> encoder(Device device, Codec codec) {
        return Optional.ofNullable(findings().devices().get(device.id()))
                .map(report -> report.encoders().get(codec))
                .map(report -> Encoder.named(report.encoder()));
    }

    private Findings findings() {
        Findings known = findings;
        if (known != null) {
            return known;
        }
        begin();
        return first.join();
    }

    private void begin() {
        if (begun.compareAndSet(false, true)) {
            boolean started = false;
            try {
                firstProbe.start();
                started = true;
            } finally {
                if (!started) {
                    publish(FAILED);
                }
            }
        }
    }

    /** Completes the future whatever is thrown, also by the log: callers wait for it without a time limit. */
    private void probeAll() {
        Findings found = FAILED;
        try {
            found = probeAllDevices();
        } catch (UncheckedIOException broken) {
            found = NO_WORK_DIRECTORY;
            LOG.error("encoder probe failed: the work directory cannot be used", broken);
        } catch (RuntimeException | Error bug) {
            LOG.error("encoder probe failed unexpectedly", bug);
        } finally {
            publish(found);
        }
    }

    private void publish(Findings found) {
        findings = found;
        first.complete(found);
    }

    private static Findings nothing(String problem) {
        return new Findings(new Installation("", Set.of(), problem), Map.of());
    }

    private Findings probeAllDevices() {
        Path directory = work.create();
        Installation installation;
        try {
            installation = Installation.find(settings, directory);
        } finally {
            work.delete(directory);
        }
        if (Thread.currentThread().isInterrupted()) {
            LOG.debug("probe of ffmpeg was interrupted");
        } else if (installation.problem().isEmpty()) {
            LOG.infof("ffmpeg found: version=%s", installation.version());
            installation.warning().ifPresent(text -> LOG.infof("ffmpeg %s: %s", installation.version(), text));
        } else {
            LOG.errorf("ffmpeg cannot be used: %s", installation.problem());
        }
        Map<String, DeviceReport> devices = new LinkedHashMap<>();
        List<Device> all = discovery.discover();
        List<Future<DeviceReport>> running = new ArrayList<>();
        try (ExecutorService together = Executors.newVirtualThreadPerTaskExecutor()) {
            // GPUs are probed concurrently; software afterwards, so that its measured speed is not affected.
            for (Device device : all) {
                if (device.vendor() != Vendor.SOFTWARE) {
                    running.add(together.submit(() -> probe(device, installation, 0)));
                }
            }
        }
        running.forEach(done -> devices.put(done.resultNow().device().id(), done.resultNow()));
        for (Device device : all) {
            if (device.vendor() == Vendor.SOFTWARE) {
                devices.put(device.id(), probe(device, installation, 0));
            }
        }
        return new Findings(installation, devices);
    }

    /**
     * Probes one device.
     *
     * @param sessionLimit known session limit; if 0 it is measured
     * @return a report without encoders if the probe throws
     */
    private DeviceReport probe(Device device, Installation installation, int sessionLimit) {
        DeviceReport report;
        try {
            report = test(device, installation, sessionLimit);
        } catch (RuntimeException | Error bug) {
            LOG.errorf(bug, "device probe failed unexpectedly: gpu=%s", device.id());
            Map<String, String> rejected = new LinkedHashMap<>();
            for (Codec codec : profiles.codecs()) {
                Encoder.candidates(device.vendor(), codec)
                        .forEach(encoder -> rejected.put(encoder.ffmpegName(), "its probe failed unexpectedly"));
            }
            report = new DeviceReport(device, Map.of(), rejected, sessionLimit);
        }
        if (Thread.currentThread().isInterrupted()) {
            LOG.debugf("device probe interrupted: gpu=%s", device.id());
        } else {
            LOG.infof(
                    "device probed: gpu=%s encoders=%s rejected=%s",
                    device.id(), report.encoders().values(), report.rejected());
        }
        return report;
    }

    private DeviceReport test(Device device, Installation installation, int sessionLimit) {
        Map<Codec, DeviceReport.EncoderReport> passed = new EnumMap<>(Codec.class);
        Map<String, String> rejected = new LinkedHashMap<>();
        int sessions = sessionLimit;
        if (installation.problem().isEmpty()) {
            Path directory = work.create();
            try {
                EncoderSelfTest selfTest = new EncoderSelfTest(settings, device, directory);
                for (Codec codec : profiles.codecs()) {
                    probe(selfTest, installation, Encoder.candidates(device.vendor(), codec), passed, rejected);
                }
                if (device.vendor() == Vendor.NVIDIA && sessions == 0 && passed.containsKey(Codec.H264)) {
                    sessions = selfTest.sessionLimit();
                }
            } finally {
                work.delete(directory);
            }
        }
        return new DeviceReport(device, passed, rejected, sessions);
    }

    private static void probe(
            EncoderSelfTest selfTest,
            Installation installation,
            List<Encoder> candidates,
            Map<Codec, DeviceReport.EncoderReport> passed,
            Map<String, String> rejected) {
        for (Encoder encoder : candidates) {
            if (!installation.encoders().contains(encoder.ffmpegName())) {
                rejected.put(encoder.ffmpegName(), "this ffmpeg was built without it");
                continue;
            }
            switch (selfTest.test(encoder)) {
                case EncoderSelfTest.Result.Passed worked -> {
                    passed.put(encoder.codec(), new DeviceReport.EncoderReport(encoder.ffmpegName(), worked.speed()));
                    return;
                }
                case EncoderSelfTest.Result.Rejected rejection ->
                    rejected.put(encoder.ffmpegName(), rejection.reason());
            }
        }
    }
}
