package io.xg2g.dispatch;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Interceptor that replaces {@code xg2g.gpu.queue.workers=auto} by {@link GpuSlots#AUTO_LIMIT} in the configuration of the
 * bulkhead, which takes only numbers. Invalid values are replaced too: {@link QueueSettings} rejects them with a message that
 * names the key the operator has set.
 */
public final class BulkheadValue implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1;

    /** Suffix of the key; SmallRye Fault Tolerance and MicroProfile use different prefixes. */
    private static final String KEY = ".\"io.xg2g.dispatch.GpuSlots/run\".bulkhead.value";

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        return value != null && name.endsWith(KEY) && !isNumberOfSlots(value.getValue())
                ? value.withValue(Integer.toString(GpuSlots.AUTO_LIMIT))
                : value;
    }

    private static boolean isNumberOfSlots(@Nullable String value) {
        return value != null && value.matches("[1-9]\\d{0,8}");
    }
}
