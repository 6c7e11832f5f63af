package io.xg2g.ops;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.config.ExitCode;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Handlers of the signals that stop the program: SIGTERM, SIGINT and SIGHUP start an orderly shutdown, after which the
 * exit code is {@link ExitCode#OK}. (Without them the JVM runs the same shutdown in a hook, and exits with 128 plus the
 * signal number.)
 *
 * <p>A signal that was ignored when the program was started, as SIGHUP is by {@code nohup}, stays ignored.
 *
 * <p>The only signal API of Java is {@code sun.misc.Signal} of the module {@code jdk.unsupported}. It is called by
 * reflection, because the compiler warns of every use and no annotation suppresses that. If it is missing, the JVM
 * handles signals.
 */
@RegisterForReflection(classNames = {"sun.misc.Signal", "sun.misc.SignalHandler"})
final class StopSignals {
    private static final List<String> NAMES = List.of("TERM", "INT", "HUP");

    /** Time limit for the shutdown to begin. It is exceeded if the start hangs. */
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
            // For instance with -Xrs.
            return;
        }
    }

    /** Records that the shutdown has begun. */
    static void shutdownBegun() {
        SHUTDOWN_BEGUN.countDown();
    }

    /** Requests the shutdown; runs on the thread of the signal. */
    private static void stop(String signal) {
        long end = System.nanoTime() + LIMIT.toNanos();
        try {
            do {
                // Repeatedly: early in the start the request is lost.
                Quarkus.asyncExit(ExitCode.OK.value());
                if (SHUTDOWN_BEGUN.await(100, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } while (System.nanoTime() < end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        System.err.println(
                "ERROR shutdown did not begin within " + LIMIT.toSeconds() + " s, program ends: signal=" + signal);
        Runtime.getRuntime().halt(ExitCode.FAILURE.value());
    }
}
