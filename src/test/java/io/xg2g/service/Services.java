package io.xg2g.service;

import io.xg2g.http.FreePort;
import io.xg2g.schedule.Patience;
import io.xg2g.storage.TemporaryDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The running services of a test class, as the parameter of its {@code @BeforeAll} method: shared ones, of which a JVM has one for
 * each configuration, started at the first use and closed at the end of the test session, and own ones, closed at the end of the
 * class. The work directories are temporary.
 *
 * <p>A class that shares a service does not stop, kill or fill it, and counts nothing from its start: it has streams and clients of its
 * own, compares with what was before, reads the log from where it was, and stops the channels that it has started. The classes
 * of one JVM run one after the other.
 */
public final class Services {
    /** No server listens there. */
    private static final String UNREACHABLE = "http://127.0.0.1:9";

    static final String CALLBACK_SECRET = "a secret of the tests, of 32 characters";

    /** The configuration that most tests share: the demo channel, an unreachable receiver, callbacks, and low limits. */
    public static final Map<String, String> USUAL = Map.of(
            "xg2g.live.demo", "true",
            "xg2g.receivers.box.url", UNREACHABLE,
            "xg2g.receivers.box.username", "user",
            "xg2g.receivers.box.password", "s3cr3t",
            "xg2g.http.max-connections-per-client", "150",
            "xg2g.live.max-streams-per-client", "120",
            "xg2g.transcode.max-body", "8M",
            "xg2g.transcode.body-timeout", Patience.setting(2),
            "xg2g.transcode.callback.secret", CALLBACK_SECRET,
            "xg2g.transcode.callback.retry-delay", "100ms");

    private static final Namespace NAMESPACE = Namespace.create(Services.class);

    private final OnePerKey<Map<String, String>, TemporaryService> shared;
    private final Own own;

    private Services(OnePerKey<Map<String, String>, TemporaryService> shared, Own own) {
        this.shared = shared;
        this.own = own;
    }

    /**
     * Returns the service with this configuration, which other classes use too.
     *
     * @throws AssertionError if it has ended
     */
    public RunningService shared(Map<String, String> configuration) {
        RunningService service = shared.get(Map.copyOf(configuration)).service();
        if (!service.process().isAlive()) {
            throw new AssertionError("the shared service has ended:\n" + service.log());
        }
        return service;
    }

    /** Starts a service that only this class uses. */
    public RunningService own(Map<String, String> configuration) {
        TemporaryService started = TemporaryService.start(configuration);
        own.services().add(started);
        return started.service();
    }

    /** The configuration with ports that are not chosen by the system: only such servers have all meters. */
    public static Map<String, String> onFixedPorts(Map<String, String> configuration) {
        Map<String, String> all = new HashMap<>(configuration);
        all.put("quarkus.http.port", Integer.toString(FreePort.any()));
        all.put("quarkus.management.port", Integer.toString(FreePort.any()));
        return all;
    }

    private record Own(List<TemporaryService> services) implements AutoCloseable {
        @Override
        public void close() {
            services.forEach(TemporaryService::close);
        }
    }

    /** A service and the directory that is removed with it. */
    private record TemporaryService(RunningService service, Path directory) implements AutoCloseable {
        static TemporaryService start(Map<String, String> configuration) {
            try {
                Path directory = TemporaryDirectory.create("xg2g-service");
                return new TemporaryService(RunningService.start(directory.resolve("work"), configuration), directory);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            service.close();
            TemporaryDirectory.delete(directory);
        }
    }

    /** Gives a class its {@link Services}. */
    public static final class Resolver implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Services.class;
        }

        @Override
        @SuppressWarnings("unchecked")
        public Services resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return new Services(
                    context.getStore(StoreScope.LAUNCHER_SESSION, NAMESPACE)
                            .computeIfAbsent(
                                    OnePerKey.class, _ -> new OnePerKey<>(TemporaryService::start), OnePerKey.class),
                    context.getStore(NAMESPACE).computeIfAbsent(Own.class, _ -> new Own(new ArrayList<>()), Own.class));
        }
    }
}
