package io.xg2g.config;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import jakarta.annotation.Priority;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Configuration interceptor that finds the first property of a file that begins with a {@link ByteOrderMark}. SmallRye
 * Config takes the mark for part of the property's name, and the property would be ignored silently.
 *
 * <p>Its priority is lower than that of every other interceptor (profiles, for instance), so that it is the one next to
 * the sources.
 */
@Priority(0)
public final class ByteOrderMarkedNames implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1;

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue plain = context.proceed(name);
        ConfigValue marked = context.proceed(ByteOrderMark.TEXT + name);
        if (marked == null) {
            return plain;
        }
        return plain != null && ConfigValue.CONFIG_SOURCE_COMPARATOR.compare(plain, marked) >= 0
                ? plain
                : marked.withName(name);
    }

    @Override
    public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
        Set<String> names = new LinkedHashSet<>();
        context.iterateNames().forEachRemaining(name -> {
            if (!isLineWithoutProperty(name)) {
                names.add(ByteOrderMark.removedFrom(name));
            }
        });
        return names.iterator();
    }

    /** Returns whether the mark is followed by a comment or an empty line. */
    private static boolean isLineWithoutProperty(String name) {
        return name.startsWith(ByteOrderMark.TEXT)
                && ByteOrderMark.removedFrom(name).matches("|[#!].*");
    }
}
