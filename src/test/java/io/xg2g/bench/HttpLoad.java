package io.xg2g.bench;

import io.xg2g.service.HttpSocket;
import io.xg2g.service.RunningService;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** Closed-loop load generator over persistent connections. */
final class HttpLoad {
    static final int CLIENTS = 8;

    private static final int ROUNDS = 7;
    private static final Duration ROUND = Duration.ofSeconds(4);

    private HttpLoad() {}

    /** Returns responses per second; all of them have to be 200. */
    static double rate(int port, List<String> paths) throws Exception {
        AtomicLong answers = new AtomicLong();
        long until = System.nanoTime() + ROUND.toNanos();
        try (ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            for (int i = 0; i < CLIENTS; i++) {
                clients.submit(() -> {
                    ask(port, paths, until, answers);
                    return null;
                });
            }
        }
        return answers.get() / (ROUND.toNanos() / 1e9);
    }

    private static void ask(int port, List<String> paths, long until, AtomicLong answers) throws IOException {
        try (HttpSocket socket = HttpSocket.open(port)) {
            for (int i = 0; System.nanoTime() < until; i++) {
                HttpSocket.Answer answer = socket.get(paths.get(i % paths.size()));
                if (answer.status() != 200) {
                    throw new IOException("unexpected answer: " + answer);
                }
                answers.incrementAndGet();
            }
        }
    }

    /** Prints a table row: a service with a feature compared with one without, alternating; the first round is warm-up. */
    static void compare(
            PrintStream out,
            String what,
            RunningService with,
            List<String> withPaths,
            RunningService without,
            List<String> withoutPaths)
            throws Exception {
        List<Double> dearer = new ArrayList<>();
        List<Double> free = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            double one = rate(without.api("/").getPort(), withoutPaths);
            double other = rate(with.api("/").getPort(), withPaths);
            if (round > 0) {
                free.add(one);
                dearer.add(other);
                ratios.add(other / one);
            }
        }
        out.printf("| %s | %.0f | %.0f | %.2f | ≥ 0.9 |%n", what, median(free), median(dearer), median(ratios));
    }

    static double median(List<Double> values) {
        return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
    }
}
