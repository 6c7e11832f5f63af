package io.xg2g.receiver;

import io.xg2g.schedule.TimeSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
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

/**
 * The configured Enigma2 receivers. Nothing is asked of a receiver before somebody asks here. Thread-safe; methods that
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
    Receivers(ReceiversConfig config, CircuitBreakerConfig breakerConfig, MeterRegistry registry) {
        BreakerSettings breaker = BreakerSettings.of(breakerConfig);
        ReceiverMetrics metrics = new ReceiverMetrics(registry);
        Map<String, Receiver> configured = new TreeMap<>();
        config.receivers()
                .forEach((name, receiver) -> configured.put(
                        name, new Receiver(ReceiverSettings.of(name, receiver), breaker, metrics, TimeSource.SYSTEM)));
        this.receivers = Collections.unmodifiableMap(configured);
    }

    /** The receivers' configured names, in alphabetical order. */
    public Set<String> names() {
        return receivers.keySet();
    }

    /**
     * Every receiver's services. Blocks while the first list is fetched; later ones are fetched in the background. A
     * receiver that does not answer gives its last known list. When the caller is interrupted, the lists that are known.
     */
    public List<ReceiverService> services() {
        try {
            return ofEach(receiver -> receiver.services().get()).stream()
                    .flatMap(List::stream)
                    .toList();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return receivers.values().stream()
                    .flatMap(receiver -> receiver.services().last().stream())
                    .toList();
        }
    }

    /**
     * Finds the address at which the service's stream has been seen. Answers at once what is cached, and otherwise
     * blocks until it is the caller's turn and the ports have been tried.
     *
     * @throws IllegalArgumentException if no receiver has this name, or the reference cannot be one
     * @throws InterruptedException if the caller does not want to wait any longer
     */
    public Detection detect(String receiver, String reference) throws InterruptedException {
        return find(receiver).detect(new ServiceReference(reference));
    }

    /** The address failed while streaming: what is cached for the service is forgotten. */
    public void forget(String receiver, String reference) {
        find(receiver).forget(new ServiceReference(reference));
    }

    /**
     * To be called before a stream is opened, and held while it runs: blocks until the receiver may be connected to
     * again, and keeps probes from disturbing the stream. Empty if the receiver has no further stream to give
     * ({@code max-streams}).
     *
     * @throws IllegalArgumentException if no receiver has this name
     * @throws InterruptedException if the caller does not want to wait any longer
     */
    public Optional<StreamPermit> acquire(String receiver) throws InterruptedException {
        return find(receiver).stream();
    }

    /** All of them. */
    Collection<Receiver> all() {
        return receivers.values();
    }

    /** Asks all receivers at once, so that a slow one delays no other. */
    <T> List<T> ofEach(Question<T> question) throws InterruptedException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> answers = threads.invokeAll(receivers.values().stream()
                    .map(receiver -> (Callable<T>) () -> question.ask(receiver))
                    .toList());
            return answers.stream().map(Receivers::<T>value).toList();
        }
    }

    /** What can be asked of a receiver. */
    interface Question<T> {
        T ask(Receiver receiver) throws InterruptedException;
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
            throw new IllegalStateException("interrupted while all answers were there", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking a receiver does not fail", e);
        }
    }

    private Receiver find(String name) {
        Receiver receiver = receivers.get(name);
        if (receiver == null) {
            throw new IllegalArgumentException("no receiver is called «" + name + "»; there are " + receivers.keySet());
        }
        return receiver;
    }
}
