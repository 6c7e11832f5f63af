package io.xg2g.ops;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Handlers for the signals that end the program: SIGTERM, SIGINT and SIGHUP begin the orderly shutdown, after which the exit
 * code is 0. (Without them the JVM runs the same shutdown in a hook and exits with 128 plus the signal's number.)
 *
 * <p>A signal that was ignored when the program was started, as {@code nohup} does with SIGHUP, stays ignored.
 *
 * <p>Java's only interface to signals is {@code sun.misc.Signal} of the module {@code jdk.unsupported}. It is called by
 * reflection, because the compiler warns of its every use and no annotation silences that. Where it is missing, signals end
 * the program as the JVM does it.
 */
@RegisterForReflection(classNames = {"sun.misc.Signal", "sun.misc.SignalHandler"})
final class StopSignals {
    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    /** How long the shutdown may take to begin. A start that hangs never gets there. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final CountDownLatch SHUTDOWN_BEGUN = new CountDownLatch(1);

    private StopSignals() {}

    /** Installs the handlers. */
    static void install() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler stop = (proxy, method, arguments) -> switch (method.getName()) {
                case "handle" -> {
                    stop(String.valueOf(arguments[0]));
                    yield null;
                }
                case "equals" -> proxy == arguments[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "handler of the signals that stop the program";
            };
            Object handlers =
                    Proxy.newProxyInstance(StopSignals.class.getClassLoader(), new Class<?>[] {handler}, stop);
            for (String name : NAMES) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), handlers);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException unavailable) {
            // For instance with -Xrs: the JVM handles signals itself, or nobody does.
            return;
        }
    }

    /** Notes that the shutdown has begun. */
    static void shutdownBegun() {
        SHUTDOWN_BEGUN.countDown();
    }

    /** On a thread of its own. */
    private static void stop(String signal) {
        long end = System.nanoTime() + LIMIT.toNanos();
        try {
            do {
                // Again and again: early in the start it is forgotten.
                Quarkus.asyncExit(0);
                if (SHUTDOWN_BEGUN.await(100, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } while (System.nanoTime() < end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.err.println("ERROR the program did not begin to stop within " + LIMIT.toSeconds() + " s after " + signal
                + "; it ends at once");
        Runtime.getRuntime().halt(1);
    }
}
