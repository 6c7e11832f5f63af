package io.xg2g.ops;

import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.xg2g.dispatch.Dispatcher;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd that the service has started, that it lives, and that it ends, where systemd asks for that (by the
 * variables of sd_notify(3) and sd_watchdog_enabled(3)). It lives while every event loop and the dispatcher answer; if
 * one of them hangs, nothing is said any longer, and systemd starts the service anew.
 */
@ApplicationScoped
class SystemdWatchdog {
    private static final Logger LOG = Logger.getLogger(SystemdWatchdog.class);

    private final Vertx vertx;
    private final Dispatcher dispatcher;
    private @Nullable NotifySocket systemd;
    private @Nullable Thread watch;

    SystemdWatchdog(Vertx vertx, Dispatcher dispatcher) {
        this.vertx = vertx;
        this.dispatcher = dispatcher;
    }

    void start(@Observes @Priority(Lifecycle.LAST) StartupEvent event) {
        Map<String, String> environment = System.getenv();
        String name = environment.get("NOTIFY_SOCKET");
        if (name == null || Check.isAsked()) {
            return;
        }
        systemd = new NotifySocket(name);
        tell("READY=1");
        period(environment, ProcessHandle.current().pid())
                .ifPresent(period -> watch =
                        Thread.ofPlatform().daemon().name("systemd-watchdog").start(() -> watch(period)));
    }

    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        tell("STOPPING=1");
    }

    void stop(@Observes ShutdownEvent event) {
        if (watch != null) {
            watch.interrupt();
        }
    }

    /** How often systemd wants to hear of this process, halved, as it advises; empty where it does not. */
    static Optional<Duration> period(Map<String, String> environment, long own) {
        String microseconds = environment.getOrDefault("WATCHDOG_USEC", "");
        String process = environment.getOrDefault("WATCHDOG_PID", Long.toString(own));
        if (!microseconds.matches("[1-9]\\d{0,14}") || !process.equals(Long.toString(own))) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(Long.parseLong(microseconds) * 1000 / 2));
    }

    @SuppressWarnings("deprecation") // The event loops; Vert.x 4 has no other way to all of them.
    private void watch(Duration period) {
        try {
            while (true) {
                for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
                    loop.submit(() -> {}).sync();
                }
                dispatcher.snapshot();
                tell("WATCHDOG=1");
                Thread.sleep(period);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void tell(String what) {
        if (systemd == null) {
            return;
        }
        try {
            systemd.send(what);
        } catch (IOException unheard) {
            LOG.warnf("systemd does not hear message=%s: %s", what, unheard.getMessage());
        }
    }
}
