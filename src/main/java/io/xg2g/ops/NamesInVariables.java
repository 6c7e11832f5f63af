package io.xg2g.ops;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Configuration interceptor that reads underscores inside a name in an environment variable as hyphens:
 * {@code XG2G_LIVE_CHANNELS__FRONT_DOOR__URL} is the URL of the channel {@code front-door}. SmallRye Config reads them
 * as dots, which no such name may contain.
 */
public final class NamesInVariables implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1;
    private static final String PREFIX = "xg2g.";
    private static final Pattern NAME = Pattern.compile("\"[a-z0-9.]+\"");

    @Override
    public @Nullable ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        return context.proceed(name);
    }

    @Override
    public Iterator<String> iterateNames(ConfigSourceInterceptorContext context) {
        List<String> names = new ArrayList<>();
        context.iterateNames()
                .forEachRemaining(name -> names.add(name.startsWith(PREFIX) ? hyphenated(context, name) : name));
        return names.iterator();
    }

    /** Returns the property with hyphens if it exists: only a variable has both names. */
    private static String hyphenated(ConfigSourceInterceptorContext context, String name) {
        String hyphenated = NAME.matcher(name).replaceAll(match -> match.group().replace('.', '-'));
        return hyphenated.equals(name) || context.proceed(hyphenated) == null ? name : hyphenated;
    }
}
