package io.xg2g.config;

import jakarta.annotation.Priority;
import java.util.Locale;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code true} and {@code false}. The configuration library takes every text that it does not know for {@code false},
 * so that a mistyped {@code true} would switch something off without a word.
 */
@Priority(200)
public final class StrictBoolean implements Converter<Boolean> {
    private static final long serialVersionUID = 1;

    /**
     * Reads a value.
     *
     * @return {@code null} for an empty one
     * @throws IllegalArgumentException if it is neither
     */
    @Override
    public @Nullable Boolean convert(String value) {
        return switch (value.strip().toLowerCase(Locale.ROOT)) {
            case "" -> null;
            case "true", "yes", "y", "on", "1" -> true;
            case "false", "no", "n", "off", "0" -> false;
            default -> throw new IllegalArgumentException("expected true or false, got \"" + value + "\"");
        };
    }
}
