package io.xg2g.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients, each with a thread, that submit requests as fast as they can, and cancel some of them. */
final class RandomClients {
    private final Dispatcher dispatcher;
    private final int clients;
    private final int requests;
    private final Map<String, AtomicInteger> answers = new ConcurrentHashMap<>();

    /**
     * Creates them.
     *
     * @param clients number of clients
     * @param requests of each client
     */
    RandomClients(Dispatcher dispatcher, int clients, int requests) {
        this.dispatcher = dispatcher;
        this.clients = clients;
        this.requests = requests;
    }

    /** Submits all requests; returns when they are submitted, not when they are answered. */
    void run() throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            String name = Character.toString('a' + i);
            Random random = new Random(i);
            threads.add(Thread.ofPlatform().start(() -> requestAll(name, random)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Returns the number of answers by request. */
    Map<String, AtomicInteger> answers() {
        return answers;
    }

    private void requestAll(String client, Random random) {
        for (int i = 0; i < requests; i++) {
            String id = client + i;
            Priority priority = random.nextInt(3) == 0 ? Priority.PREVIEW : Priority.NORMAL;
            dispatcher
                    .submit(Requests.request(id, "stream" + random.nextInt(2), priority))
                    .subscribe()
                    .with(_ -> answers.computeIfAbsent(id, _ -> new AtomicInteger())
                            .incrementAndGet());
            if (random.nextInt(4) == 0) {
                dispatcher.cancel(client + random.nextInt(i + 1));
            }
        }
    }
}
