package io.xg2g.dispatch;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@code xg2g.gpu.queue.workers=auto} a number where the bulkhead takes its value from it. What is neither is left
 * to {@link QueueSettings}, whose complaint names the key that the operator has set.
 */
public final class BulkheadValue implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1;

    /** The end of the key; what stands before it differs between those who ask. */
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
