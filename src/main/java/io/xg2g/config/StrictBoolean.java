package io.xg2g.config;

import jakarta.annotation.Priority;
import java.util.Locale;
import org.eclipse.microprofile.config.spi.Converter;
import org.jspecify.annotations.Nullable;

/**
 * Converter of booleans that rejects unknown texts. SmallRye Config reads every unknown text as {@code false}, so that
 * a mistyped {@code true} would switch a feature off silently.
 */
@Priority(200)
public final class StrictBoolean implements Converter<Boolean> {
    private static final long serialVersionUID = 1;

    /**
     * Converts {@code true}, {@code yes}, {@code y}, {@code on}, {@code 1} and their opposites, in any case.
     *
     * @return {@code null} for an empty value
     * @throws IllegalArgumentException if the value is none of them
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
