package io.xg2g.receiver;

import io.xg2g.events.Event;
import io.xg2g.receiver.RefreshingValue.Fetched;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/** One receiver: its services, detections and streams. Thread-safe. */
final class Receiver implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Receiver.class);

    /** Time to live of the reachability. */
    private static final Duration REACHABLE = Duration.ofSeconds(30);

    private final ReceiverSettings settings;
    private final OpenWebIf web;
    private final List<StreamPort> ports;
    private final ConnectionPacer pacer;
    private final DetectionCache cache;
    private final Detector detector;
    private final Alternatives alternatives;
    private final RefreshingValue<List<ReceiverService>> services;
    private final RefreshingValue<Set<String>> relayed;
    private final RefreshingValue<Boolean> reachable;

    /**
     * Creates a receiver; nothing is opened.
     *
     * @param events receives the events of the circuit breakers; must not block
     */
    Receiver(
            ReceiverSettings settings,
            BreakerSettings breaker,
            ReceiverMetrics metrics,
            TimeSource time,
            Consumer<Event> events) {
        this.settings = settings;
        this.web = new OpenWebIf(settings);
        this.ports = List.of(
                port(settings.ports().stream(), StreamPort.Role.STREAM, breaker, events),
                port(settings.ports().relay(), StreamPort.Role.RELAY, breaker, events));
        ports.forEach(port -> metrics.observe(settings.name(), port));
        ReceiverSettings.Timing timing = settings.timing();
        this.pacer = new ConnectionPacer(timing.pace(), settings.maxStreams(), time);
        this.cache = new DetectionCache(timing.remember(), timing.rememberFailure(), time);
        this.services = new RefreshingValue<>(List.of(), new Services(settings, web)::fetch, timing.refresh(), time);
        this.relayed = new RefreshingValue<>(Set.of(), last -> Fetched.whole(relayed()), timing.refresh(), time);
        this.reachable = new RefreshingValue<>(false, last -> Fetched.whole(answers()), REACHABLE, time);
        this.detector = new Detector(
                settings,
                ports,
                new StreamProbe(settings),
                service -> relayed.get().contains(service.key()),
                pacer,
                cache,
                metrics::failed);
        this.alternatives = new Alternatives(group -> web.content(group).services(), this::detectOne);
    }

    ReceiverSettings settings() {
        return settings;
    }

    List<StreamPort> ports() {
        return ports;
    }

    RefreshingValue<List<ReceiverService>> services() {
        return services;
    }

    /** Returns whether OpenWebIF responds; blocks on the first call. */
    boolean reachable() throws InterruptedException {
        return reachable.get();
    }

    Optional<String> lastError() {
        return web.lastError();
    }

    Detection detect(ServiceReference service) throws InterruptedException {
        return service.isGroup() ? alternatives.detect(service) : detectOne(service);
    }

    private Detection detectOne(ServiceReference service) throws InterruptedException {
        Optional<ExternalStream> external = service.external();
        return external.isPresent()
                ? new Detection.External(
                        external.get().address(), external.get().headers())
                : detector.detect(service);
    }

    void forget(ServiceReference service) {
        cache.forget(alternatives.found(service).orElse(service).key());
    }

    Optional<StreamPermit> stream() throws InterruptedException {
        return pacer.stream();
    }

    int streams() {
        return pacer.streams();
    }

    /** Returns the number of services found at this port. */
    int foundAt(StreamPort port) {
        return cache.foundAt(port.number());
    }

    @Override
    public void close() {
        web.close();
    }

    private StreamPort port(int number, StreamPort.Role role, BreakerSettings breaker, Consumer<Event> events) {
        return new StreamPort(number, role, new PortBreaker(settings.name(), number, breaker, events));
    }

    private Set<String> relayed() throws IOException, InterruptedException {
        try {
            return web.relayed();
        } catch (IOException e) {
            LOG.infof("relay whitelist not read: receiver=%s reason=%s", settings.name(), e.getMessage());
            throw e;
        }
    }

    private boolean answers() throws InterruptedException {
        try {
            web.about();
            return true;
        } catch (IOException e) {
            LOG.debugf("receiver unreachable: receiver=%s reason=%s", settings.name(), e.getMessage());
            return false;
        }
    }
}
