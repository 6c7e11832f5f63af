package io.xg2g.dispatch;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/** Makes {@code xg2g.gpu.queue.workers=auto} a number where the bulkhead takes its value from it. */
public final class BulkheadValue implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1;
    private static final String KEY = "quarkus.fault-tolerance.\"io.xg2g.dispatch.GpuSlots/run\".bulkhead.value";

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue value = context.proceed(name);
        return value != null && name.equals(KEY) && "auto".equals(value.getValue())
                ? value.withValue(Integer.toString(GpuSlots.AUTO_LIMIT))
                : value;
    }
}
