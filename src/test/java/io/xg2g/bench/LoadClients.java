package io.xg2g.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Load clients, each on its own thread, that repeat an action until they are stopped. */
final class LoadClients {
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> errors = new ConcurrentHashMap<>();
    private volatile boolean stopped;

    /** Action of a client. */
    interface Turn {
        /**
         * Runs the action once.
         *
         * @param number index of the run, from 0
         */
        void take(int number) throws IOException, InterruptedException;
    }

    /** Starts a client; a failed run is counted, and the next one follows a second later. */
    void start(String name, Turn turn) {
        run(name, () -> {
            for (int number = 0; !stopped; number++) {
                take(name, turn, number);
            }
        });
    }

    /** Starts a client that runs once. */
    void once(String name, Turn turn) {
        run(name, () -> take(name, turn, 0));
    }

    private interface Turns {
        void take() throws InterruptedException;
    }

    private void run(String name, Turns turns) {
        Thread thread = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                turns.take();
            } catch (InterruptedException end) {
                Thread.currentThread().interrupt();
            } finally {
                threads.remove(Thread.currentThread());
            }
        });
        threads.add(thread);
        thread.start();
    }

    private void take(String name, Turn turn, int number) throws InterruptedException {
        try {
            turn.take(number);
        } catch (IOException | UncheckedIOException e) {
            if (!stopped) {
                errors.merge(name + ": " + e, 1, Integer::sum);
                Thread.sleep(1000);
            }
        }
    }

    /** Waits until each client has completed its current run. */
    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Failed runs by client and reason. */
    Map<String, Integer> errors() {
        return new TreeMap<>(errors);
    }
}
