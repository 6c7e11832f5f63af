package io.xg2g.schedule;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Timeouts of the tests' waits. They are given in seconds of a quiet machine with two cores, and are multiplied by
 * the machine's factor: 1 on such a machine or a faster one, more on a slower or a busy one. It is measured once, when it is first
 * used, by work of a known length on all processors at once.
 *
 * <p>Such a timeout detects hangs only; it is no assertion on speed.
 */
public final class Patience {
    static final double MOST = 5;

    /** Duration of the work on a quiet machine with two cores, with the JVM's warm-up. */
    private static final Duration QUIET = Duration.ofMillis(200);

    private static final int ROUNDS = 64;
    private static final int BYTES = 1 << 18;

    private Patience() {}

    private static final class Measured {
        static final double FACTOR = factor(work());
    }

    /** From 1 to {@value #MOST}. */
    public static double factor() {
        return Measured.FACTOR;
    }

    /** A timeout in seconds of a quiet machine, multiplied by the factor. */
    public static Duration seconds(long seconds) {
        return scaled(Duration.ofSeconds(seconds), factor());
    }

    /** The same as the value of a duration in the configuration of the program. */
    public static String setting(long seconds) {
        return seconds(seconds).toMillis() + "ms";
    }

    /** Number of tolerated losses, for instance of windows, multiplied by the factor and rounded up. */
    public static int allowance(int number) {
        return (int) Math.ceil(number * factor());
    }

    static Duration scaled(Duration duration, double factor) {
        return Duration.ofMillis(Math.round(duration.toMillis() * factor));
    }

    static double factor(Duration work) {
        return Math.clamp((double) work.toNanos() / QUIET.toNanos(), 1, MOST);
    }

    private static Duration work() {
        long began = System.nanoTime();
        Stream<Thread> threads = IntStream.range(0, Runtime.getRuntime().availableProcessors())
                .mapToObj(_ -> Thread.ofPlatform().daemon().start(Patience::digest));
        for (Thread thread : threads.toList()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return Duration.ofNanos(System.nanoTime() - began);
    }

    private static void digest() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] bytes = new byte[BYTES];
            for (int round = 0; round < ROUNDS; round++) {
                digest.update(bytes);
            }
            digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
