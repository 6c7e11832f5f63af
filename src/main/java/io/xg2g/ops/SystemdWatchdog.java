package io.xg2g.ops;

import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import io.xg2g.config.ConfigurationCheck;
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
 * Notifies systemd that the service has started, is alive, and stops, if systemd requests that (by the environment
 * variables of sd_notify(3) and sd_watchdog_enabled(3)). The service is alive while every event loop and the dispatcher
 * respond. If one of them hangs, the notifications stop, and systemd restarts the service.
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
        if (name == null || ConfigurationCheck.isRequested()) {
            return;
        }
        systemd = new NotifySocket(name);
        send("READY=1");
        period(environment, ProcessHandle.current().pid())
                .ifPresent(period -> watch =
                        Thread.ofPlatform().daemon().name("systemd-watchdog").start(() -> watch(period)));
    }

    void drain(@Observes ShutdownDelayInitiatedEvent event) {
        send("STOPPING=1");
    }

    void stop(@Observes ShutdownEvent event) {
        if (watch != null) {
            watch.interrupt();
        }
    }

    /**
     * Returns half of the watchdog time-out, as systemd advises; empty if the watchdog is not enabled for this process.
     *
     * @param pid of this process
     */
    static Optional<Duration> period(Map<String, String> environment, long pid) {
        String microseconds = environment.getOrDefault("WATCHDOG_USEC", "");
        String process = environment.getOrDefault("WATCHDOG_PID", Long.toString(pid));
        if (!microseconds.matches("[1-9]\\d{0,14}") || !process.equals(Long.toString(pid))) {
            return Optional.empty();
        }
        return Optional.of(Duration.ofNanos(Long.parseLong(microseconds) * 1000 / 2));
    }

    @SuppressWarnings("deprecation") // nettyEventLoopGroup: Vert.x 4 has no other access to all event loops.
    private void watch(Duration period) {
        try {
            while (true) {
                for (EventExecutor loop : vertx.nettyEventLoopGroup()) {
                    loop.submit(() -> {}).sync();
                }
                dispatcher.snapshot();
                send("WATCHDOG=1");
                Thread.sleep(period);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(String message) {
        if (systemd == null) {
            return;
        }
        try {
            systemd.send(message);
        } catch (IOException undelivered) {
            LOG.warnf("systemd not notified: message=%s error=%s", message, undelivered.getMessage());
        }
    }
}
