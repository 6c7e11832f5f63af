package io.xg2g.ops;

import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.xg2g.config.ConfigBounds;
import io.xg2g.config.ConfigurationCheck;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Configuration interceptor for properties of the framework whose defaults depend on other properties. A value that the
 * operator sets has priority.
 *
 * <ul>
 *   <li>Tracing is enabled if an endpoint for it is configured.
 *   <li>Bearer tokens of an identity provider are enabled if its issuer is configured.
 *   <li>The CPU has as many slots as there are workers, if their number is configured.
 *   <li>At shutdown, the HTTP layer waits longer than the grace time of running units, so that their responses are sent.
 * </ul>
 *
 * <p>In addition, a check ({@link Check}) always has a work directory beside the service's, and in it its own data directory.
 */
public final class DerivedSettings implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1;
    private static final String TRACING_DISABLED = "quarkus.otel.sdk.disabled";
    private static final String PROVIDER_ENABLED = "quarkus.oidc.tenant-enabled";
    private static final String ISSUER = "xg2g.security.oidc.issuer";
    private static final String HTTP_TIMEOUT = "quarkus.shutdown.timeout";
    private static final String GRACE = "xg2g.shutdown-grace";
    private static final String SOFTWARE_SLOTS = "xg2g.gpu.software.slots";
    private static final String WORKERS = "xg2g.gpu.queue.workers";
    private static final String WORK = "xg2g.ffmpeg.work-dir";
    private static final String DATA = "xg2g.data-dir";

    /** Time to stop what exceeds the grace time, and to send the responses. */
    static final Duration RESPONSE_TIME = Duration.ofSeconds(10);

    /** Ordinal of the properties inside the program; the sources of an operator have higher ones. */
    private static final int BUILT_IN = 250;

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        return switch (name) {
            case TRACING_DISABLED -> !isSetByOperator(value) && hasEndpoint(context) ? derived(name, "false") : value;
            case PROVIDER_ENABLED ->
                // SecuritySettings rejects an issuer that is no URL, with a message that names the property.
                !isSetByOperator(value) && isHttp(context.proceed(ISSUER)) ? derived(name, "true") : value;
            case SOFTWARE_SLOTS -> {
                ConfigValue workers = context.proceed(WORKERS);
                yield !isSetByOperator(value) && isSetByOperator(workers) && workers.getValue() != null
                        ? derived(name, workers.getValue())
                        : value;
            }
            case HTTP_TIMEOUT ->
                isSetByOperator(value)
                        ? value
                        : derived(name, grace(context).plus(RESPONSE_TIME).toString());
            case WORK -> ConfigurationCheck.isRequested() && value != null ? derived(name, checkDirectory(value)) : value;
            case DATA -> {
                ConfigValue work = ConfigurationCheck.isRequested() ? context.proceed(WORK) : null;
                yield work == null ? value : derived(name, checkDirectory(work) + "/data");
            }
            default -> value;
        };
    }

    private static String checkDirectory(ConfigValue work) {
        return work.getValue() + "-check";
    }

    private static Duration grace(ConfigSourceInterceptorContext context) {
        ConfigValue grace = context.proceed(GRACE);
        if (grace == null || grace.getValue() == null) {
            return Duration.ZERO;
        }
        try {
            return DurationConverter.parseDuration(grace.getValue());
        } catch (RuntimeException invalid) {
            // OpsConfig rejects it, with a message that names the property.
            return Duration.ZERO;
        }
    }

    private static boolean hasEndpoint(ConfigSourceInterceptorContext context) {
        return Stream.of("quarkus.otel.exporter.otlp.endpoint", "quarkus.otel.exporter.otlp.traces.endpoint")
                .anyMatch(name -> isSetByOperator(context.proceed(name)));
    }

    private static boolean isHttp(@Nullable ConfigValue issuer) {
        return issuer != null && issuer.getValue() != null && ConfigBounds.isHttpUrl(issuer.getValue());
    }

    private static boolean isSetByOperator(@Nullable ConfigValue value) {
        return value != null && value.getConfigSourceOrdinal() > BUILT_IN;
    }

    private static ConfigValue derived(String name, String value) {
        return ConfigValue.builder().withName(name).withValue(value).build();
    }
}
