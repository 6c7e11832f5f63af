package io.xg2g.channel;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Priorities;
import jakarta.annotation.Priority;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Config interceptor that hides the property names of channels from the configuration mappings, and passes them to
 * {@link ConfiguredChannels}.
 *
 * <p>For each group of a map, SmallRye Config 3.16 iterates over all property names
 * ({@code ConfigMappingContext.ObjectCreator.createRequired}), which took most of a minute for 10,000 channels.
 */
@Priority(Priorities.APPLICATION + 1000) // After the interceptors that create names, of profiles and of variables.
public final class ChannelNames implements ConfigSourceInterceptor {
    static final String PREFIX = "xg2g.live.channels.";

    /** Internal property: its value is the names, one per line. */
    static final String NAMES = "xg2g.live.channels";

    private static final long serialVersionUID = 1;

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        return name.equals(NAMES)
                ? ConfigValue.builder()
                        .withName(NAMES)
                        .withValue(String.join("\n", names(context, true)))
                        .build()
                : context.proceed(name);
    }

    @Override
    public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
        return names(context, false).iterator();
    }

    private static List<String> names(ConfigSourceInterceptorContext context, boolean ofChannels) {
        List<String> names = new ArrayList<>();
        context.iterateNames().forEachRemaining(name -> {
            if (name.startsWith(PREFIX) == ofChannels) {
                names.add(name);
            }
        });
        return names;
    }
}
