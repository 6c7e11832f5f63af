package io.xg2g.ops;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Switches tracing on where an operator names an endpoint for it, and nowhere else. */
public final class TracingSwitch implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1;
    private static final String DISABLED = "quarkus.otel.sdk.disabled";

    /** The ordinal of the properties inside the program; what an operator sets has a higher one. */
    private static final int BUILT_IN = 250;

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        return name.equals(DISABLED) && !isSetByOperator(value) && hasEndpoint(context)
                ? ConfigValue.builder().withName(name).withValue("false").build()
                : value;
    }

    private static boolean hasEndpoint(ConfigSourceInterceptorContext context) {
        return Stream.of("quarkus.otel.exporter.otlp.endpoint", "quarkus.otel.exporter.otlp.traces.endpoint")
                .anyMatch(name -> isSetByOperator(context.proceed(name)));
    }

    private static boolean isSetByOperator(@Nullable ConfigValue value) {
        return value != null && value.getConfigSourceOrdinal() > BUILT_IN;
    }
}
