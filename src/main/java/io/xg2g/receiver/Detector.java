package io.xg2g.receiver;

import io.xg2g.receiver.Detection.Found;
import io.xg2g.receiver.Detection.NotFound;
import io.xg2g.receiver.ProbeResult.Failed;
import io.xg2g.receiver.ProbeResult.Proven;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Search for the port of a receiver that serves the stream of a service. Thread-safe; blocks. */
final class Detector {
    private static final Logger LOG = Logger.getLogger(Detector.class);

    private static final Failed BUSY = new Failed(
            DetectionError.BUSY,
            ProbeResult.Cause.SERVICE,
            true,
            "not probed: as many streams are open as max-streams allows");

    /** Whitelist of the stream relay. */
    interface RelayList {
        boolean contains(ServiceReference service) throws InterruptedException;
    }

    private record Attempt(int port, Failed failed) {}

    private final ReceiverSettings settings;
    private final List<StreamPort> ports;
    private final Probe probe;
    private final RelayList relayed;
    private final ConnectionPacer pacer;
    private final DetectionCache cache;
    private final BiConsumer<StreamPort, DetectionError> failures;

    Detector(
            ReceiverSettings settings,
            List<StreamPort> ports,
            Probe probe,
            RelayList relayed,
            ConnectionPacer pacer,
            DetectionCache cache,
            BiConsumer<StreamPort, DetectionError> failures) {
        this.settings = settings;
        this.ports = ports;
        this.probe = probe;
        this.relayed = relayed;
        this.pacer = pacer;
        this.cache = cache;
        this.failures = failures;
    }

    /** Returns the cached detection, or probes the ports. */
    Detection detect(ServiceReference service) throws InterruptedException {
        Optional<Detection> known = cache.get(service.key());
        if (known.isPresent()) {
            return known.get();
        }
        try (ConnectionPacer.Lease lease = pacer.acquireLease()) {
            known = cache.get(service.key());
            return known.isPresent() ? known.get() : search(service, lease);
        }
    }

    private Detection search(ServiceReference service, ConnectionPacer.Lease lease) throws InterruptedException {
        List<Attempt> attempts = new ArrayList<>();
        for (StreamPort port : order(service)) {
            ProbeResult answer = pacer.full() ? BUSY : probe(port, service, lease);
            switch (answer) {
                case Proven proven -> {
                    Found found = found(service, port.number());
                    cache.put(service.key(), found);
                    LOG.debugf("stream found receiver=%s service=%s port=%d", settings.name(), service, port.number());
                    return found;
                }
                case Failed failed -> {
                    failures.accept(port, failed.error());
                    attempts.add(new Attempt(port.number(), failed));
                }
            }
        }
        return notFound(service, attempts);
    }

    private ProbeResult probe(StreamPort port, ServiceReference service, ConnectionPacer.Lease lease)
            throws InterruptedException {
        return port.breaker().probe(service, () -> {
            lease.pause();
            try {
                return probe.probe(port.number(), service);
            } finally {
                lease.connected();
            }
        });
    }

    /** Returns the ports to probe: the one where the service was last found first, or else the relay for services on its whitelist. */
    private List<StreamPort> order(ServiceReference service) throws InterruptedException {
        int first = cache.lastPort(service.key()).orElse(0);
        if (first == 0) {
            first = relayed.contains(service) ? settings.ports().relay() : settings.ports().stream();
        }
        int preferred = first;
        return ports.stream()
                .sorted(Comparator.comparing(port -> port.number() != preferred))
                .toList();
    }

    private Found found(ServiceReference service, int port) {
        URI address = URI.create("http://" + settings.url().getHost() + ":" + port + service.path());
        return new Found(address, port, settings.headers());
    }

    private NotFound notFound(ServiceReference service, List<Attempt> attempts) {
        DetectionError error = attempts.stream()
                .map(attempt -> attempt.failed.error())
                .max(Comparator.naturalOrder())
                .orElseThrow();
        // The first port decides too: a relay that is down may recover.
        boolean retryable = attempts.getFirst().failed.retryable()
                || attempts.stream()
                        .filter(attempt -> attempt.failed.error() == error)
                        .anyMatch(attempt -> attempt.failed.retryable());
        String detail = attempts.stream()
                .map(attempt -> String.format(
                        Locale.ROOT,
                        "port %d: %s (%s)",
                        attempt.port,
                        attempt.failed.error().code(),
                        attempt.failed.detail()))
                .collect(Collectors.joining("; "));
        NotFound notFound = new NotFound(error, detail, retryable);
        LOG.infof(
                "stream not found receiver=%s service=%s error=%s detail=%s",
                settings.name(), service, error.code(), detail);
        // A failure is cached only if every port was probed.
        if (attempts.stream().allMatch(attempt -> attempt.failed.error().probed())) {
            cache.put(service.key(), notFound);
        }
        return notFound;
    }
}
