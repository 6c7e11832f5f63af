package io.xg2g.ops;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import jakarta.annotation.Priority;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * Configuration interceptor for a worker ({@code xg2g.role}): it opens no port for clients, and what only gateways do, channels and
 * cameras, their outputs and uploads, is not configured, so that all members can have the same file.
 */
@Priority(WorkerSettings.OUTERMOST)
public final class WorkerSettings implements ConfigSourceInterceptor {
    /** Behind the interceptors that translate names. */
    static final int OUTERMOST = 10_000;

    private static final long serialVersionUID = 1;
    private static final String ROLE = "xg2g.role";
    private static final String WORKER = "worker";

    /** What no worker has: the port for clients, and the demo channel. */
    private static final Set<String> OFF = Set.of("quarkus.http.host-enabled", "xg2g.live.demo");

    private static final List<String> GROUPS = List.of("xg2g.live.channels.", "xg2g.cameras.", "xg2g.receivers.");
    private static final Set<String> SINGLE = Set.of(
            "xg2g.upload.url",
            "xg2g.upload.s3.bucket",
            "xg2g.camera-outputs.redis.url",
            "xg2g.camera-outputs.broker.url");

    private static final Set<String> IGNORED = new ConcurrentSkipListSet<>();

    /** Returns the properties that were ignored. */
    static Set<String> ignored() {
        return new TreeSet<>(IGNORED);
    }

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        if (OFF.contains(name) && isWorker(context)) {
            return ConfigValue.builder().withName(name).withValue("false").build();
        }
        ConfigValue value = context.proceed(name);
        if (value == null || !isOfGateways(name) || !isWorker(context)) {
            return value;
        }
        IGNORED.add(name);
        return null;
    }

    @Override
    public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
        if (!isWorker(context)) {
            return context.iterateNames();
        }
        List<String> names = new ArrayList<>();
        context.iterateNames().forEachRemaining(name -> {
            if (isOfGateways(name)) {
                IGNORED.add(name);
            } else {
                names.add(name);
            }
        });
        return names.iterator();
    }

    private static boolean isWorker(ConfigSourceInterceptorContext context) {
        ConfigValue role = context.proceed(ROLE);
        return role != null
                && role.getValue() != null
                && role.getValue().strip().equalsIgnoreCase(WORKER);
    }

    private static boolean isOfGateways(String name) {
        return SINGLE.contains(name) || GROUPS.stream().anyMatch(name::startsWith);
    }
}
