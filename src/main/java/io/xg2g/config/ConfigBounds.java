package io.xg2g.config;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.redaction.Redaction;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Checks of configured values. A value out of bounds ends the start of the program with a
 * {@link ConfigurationException} whose message names the key, the value and the bounds.
 */
public final class ConfigBounds {
    private ConfigBounds() {}

    /** Returns the value if it lies within the bounds, both inclusive. */
    public static Duration duration(String key, Duration value, Duration min, Duration max) {
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw outside(key, text(value), text(min) + " to " + text(max));
        }
        return value;
    }

    /** Returns the value if it lies within the bounds, both inclusive. */
    public static long number(String key, long value, long min, long max) {
        if (value < min || value > max) {
            throw outside(key, Long.toString(value), min + " to " + max);
        }
        return value;
    }

    /** Returns the value if it is one of the allowed ones. */
    public static String oneOf(String key, String value, Set<String> allowed) {
        if (!allowed.contains(value)) {
            throw outside(key, value, "one of " + String.join(", ", allowed));
        }
        return value;
    }

    /** Returns whether the value is an absolute {@code http} or {@code https} URL with a host. */
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
     * Reads a count from 1 to {@code max}, or {@code auto}.
     *
     * @return empty for {@code auto}
     * @throws ConfigurationException if it is neither; the message names the key, the value and the range
     */
    public static OptionalInt countOrAuto(String key, String value, int max) {
        if (value.equals("auto")) {
            return OptionalInt.empty();
        }
        if (!value.matches("\\d{1,9}")) {
            throw outside(key, value, "1 to " + max + ", or auto");
        }
        return OptionalInt.of((int) number(key, Long.parseLong(value), 1, max));
    }

    /** Returns the exception for a value out of bounds. Credentials in the value are redacted. */
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
