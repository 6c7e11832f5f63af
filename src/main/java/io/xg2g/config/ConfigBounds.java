package io.xg2g.config;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.redaction.Redaction;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;

/** Checks configured values; what is out of its bounds ends the start with a sentence that names key, value, bounds. */
public final class ConfigBounds {
    private ConfigBounds() {}

    /** The value, if it lies in the bounds, both included. */
    public static Duration duration(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw outside(key, text(value), text(least) + " to " + text(most));
        }
        return value;
    }

    /** The value, if it lies in the bounds, both included. */
    public static long number(String key, long value, long least, long most) {
        if (value < least || value > most) {
            throw outside(key, Long.toString(value), least + " to " + most);
        }
        return value;
    }

    /** The value, if it is allowed. */
    public static String oneOf(String key, String value, Set<String> allowed) {
        if (!allowed.contains(value)) {
            throw outside(key, value, "one of " + String.join(", ", allowed));
        }
        return value;
    }

    /** Whether the value is an absolute {@code http} or {@code https} URL with a host. */
    public static boolean isHttpUrl(String value) {
        try {
            URI uri = new URI(value);
            return uri.getHost() != null
                    && ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()));
        } catch (URISyntaxException invalid) {
            return false;
        }
    }

    /**
     * A number that may be left to the program.
     *
     * @param most the largest that is allowed; the least is 1
     * @return empty for {@code auto}
     * @throws ConfigurationException naming key, value and range
     */
    public static OptionalInt countOrAuto(String key, String value, int most) {
        if (value.equals("auto")) {
            return OptionalInt.empty();
        }
        if (!value.matches("\\d{1,9}")) {
            throw outside(key, value, "1 to " + most + ", or auto");
        }
        return OptionalInt.of((int) number(key, Long.parseLong(value), 1, most));
    }

    /** What ends the start because of this value, whose credentials are not shown. */
    public static ConfigurationException outside(String key, String value, String allowed) {
        return new ConfigurationException(
                key + " is " + Redaction.text(value) + "; allowed is " + allowed, Set.of(key));
    }

    private static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis > 0 && millis % 3_600_000 == 0) {
            return millis / 3_600_000 + "h";
        }
        if (millis > 0 && millis % 60_000 == 0) {
            return millis / 60_000 + "m";
        }
        return millis % 1000 == 0 ? millis / 1000 + "s" : millis + "ms";
    }
}
