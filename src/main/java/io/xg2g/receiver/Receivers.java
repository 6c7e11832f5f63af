package io.xg2g.receiver;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.xg2g.events.EventPublisher;
import io.xg2g.schedule.TimeSource;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/**
 * Registry of the configured Enigma2 receivers. A receiver is contacted on the first request for it. Thread-safe; methods that
 * block belong on virtual threads.
 */
@ApplicationScoped
@Startup
public class Receivers {
    private final Map<String, Receiver> receivers;

    /**
     * Reads and checks the configuration.
     *
     * @throws io.quarkus.runtime.configuration.ConfigurationException naming key, value and range of what is wrong
     */
    Receivers(
            ReceiversConfig config, CircuitBreakerConfig breakerConfig, MeterRegistry registry, EventPublisher events) {
        BreakerSettings breaker = BreakerSettings.of(breakerConfig);
        ReceiverMetrics metrics = new ReceiverMetrics(registry);
        Map<String, Receiver> configured = new TreeMap<>();
        config.receivers()
                .forEach((name, receiver) -> configured.put(
                        name,
                        new Receiver(
                                ReceiverSettings.of(name, receiver),
                                breaker,
                                metrics,
                                TimeSource.SYSTEM,
                                events::publish)));
        this.receivers = Collections.unmodifiableMap(configured);
    }

    /**
     * Returns the services of all receivers. Blocks while the first list is fetched; later ones are fetched in the background. For
     * a receiver that is unreachable, and if the caller is interrupted, the result contains the last known list.
     */
    public List<ReceiverService> services() {
        return services(_ -> true);
    }

    /** Returns the services of some receivers, like {@link #services()}. */
    public List<ReceiverService> services(Predicate<String> names) {
        List<Receiver> some = receivers.entrySet().stream()
                .filter(entry -> names.test(entry.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        try {
            return forEachConcurrently(some, receiver -> receiver.services().get()).stream()
                    .flatMap(List::stream)
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return some.stream()
                    .flatMap(receiver -> receiver.services().last().stream())
                    .toList();
        }
    }

    /** Returns the names of the receivers. */
    public Set<String> names() {
        return receivers.keySet();
    }

    /** Returns whether the list of services of one of some receivers has not been read completely since the start of the program. */
    public boolean isUnknown(Predicate<String> names) {
        return receivers.entrySet().stream()
                .anyMatch(entry -> names.test(entry.getKey())
                        && !entry.getValue().services().isFetched());
    }

    /**
     * Returns the verified URL of the stream of a service: from the cache, or by probing the ports, which blocks. The URL of a
     * network stream that a bouquet lists is returned unverified.
     *
     * @throws IllegalArgumentException if no receiver has this name, or the reference is invalid
     * @throws InterruptedException if the calling thread was interrupted
     */
    public Detection detect(String receiver, String reference) throws InterruptedException {
        return find(receiver).detect(new ServiceReference(reference));
    }

    /** Removes the cached detection of a service, after its stream failed. */
    public void forget(String receiver, String reference) {
        find(receiver).forget(new ServiceReference(reference));
    }

    /**
     * Acquires the permit that is needed to open a stream and is held while it is open. Blocks until the pause since the last
     * connection has passed. Returns empty if the maximum number of streams is open ({@code max-streams}).
     *
     * @throws IllegalArgumentException if no receiver has this name
     * @throws InterruptedException if the calling thread was interrupted
     */
    public Optional<StreamPermit> acquire(String receiver) throws InterruptedException {
        return find(receiver).stream();
    }

    /** Calls all receivers concurrently. */
    <T> List<T> forEachConcurrently(Query<T> query) throws InterruptedException {
        return forEachConcurrently(receivers.values(), query);
    }

    private static <T> List<T> forEachConcurrently(Collection<Receiver> receivers, Query<T> query)
            throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> answers = threads.invokeAll(receivers.stream()
                    .map(receiver -> (Callable<T>) () -> query.get(receiver))
                    .toList());
            return answers.stream().map(Receivers::<T>value).toList();
        }
    }

    /** Query to a receiver. */
    interface Query<T> {
        T get(Receiver receiver) throws InterruptedException;
    }

    @PreDestroy
    void close() {
        receivers.values().forEach(Receiver::close);
    }

    private static <T> T value(Future<T> answer) {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted although all results were available", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a query to a receiver must not throw", e);
        }
    }

    private Receiver find(String name) {
        Receiver receiver = receivers.get(name);
        if (receiver == null) {
            throw new IllegalArgumentException("receiver is «" + name + "»; allowed is one of " + receivers.keySet());
        }
        return receiver;
    }
}
