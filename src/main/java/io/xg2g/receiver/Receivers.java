package io.xg2g.receiver;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The configured Enigma2 receivers. Thread-safe. */
@ApplicationScoped
public class Receivers {

    /** The receivers' configured names, in their order. */
    public Set<String> names() {
        return Set.of();
    }

    /**
     * Every receiver's services. Blocks while the first list is fetched; later ones are fetched in the background. A
     * receiver that does not answer gives its last known list.
     */
    public List<ReceiverService> services() {
        return List.of();
    }

    /**
     * Finds the address at which the service's stream has been seen. Answers at once what is cached, and otherwise
     * blocks (on a virtual thread) until it is the receiver's turn and the ports have been tried.
     *
     * @throws IllegalArgumentException if no receiver has this name
     * @throws InterruptedException if the caller does not want to wait any longer
     */
    public Detection detect(String receiver, String reference) throws InterruptedException {
        throw new IllegalArgumentException("no receiver is called " + receiver);
    }

    /** The address failed while streaming: what is cached for the service is forgotten. */
    public void forget(String receiver, String reference) {}

    /**
     * To be called before a stream is opened, and held while it runs: blocks until the receiver may be connected to
     * again, and keeps probes from disturbing the stream. Empty if the receiver has no further stream to give.
     *
     * @throws IllegalArgumentException if no receiver has this name
     */
    public Optional<StreamPermit> acquire(String receiver) throws InterruptedException {
        return Optional.empty();
    }
}
