package io.xg2g.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The settings of the generated reference, as properties and as environment variables. */
record KnownSettings(List<Pattern> names) {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(xg2g\\.[^`]+)`<br>`(XG2G_[^`]+)` \\|");

    static KnownSettings ofTheProgram() {
        try {
            String reference = Files.readString(Path.of("docs/configuration.md"));
            return new KnownSettings(ROW.matcher(reference)
                    .results()
                    .flatMap(row -> List.of(property(row), Pattern.compile(row.group(2))).stream())
                    .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Pattern property(MatchResult row) {
        return Pattern.compile(row.group(1).replace(".", "\\.").replace("\"name\"", "[A-Za-z0-9_-]+"));
    }

    /** Settings of Quarkus are not listed. */
    boolean has(String name) {
        return name.startsWith("quarkus.")
                || names.stream().anyMatch(known -> known.matcher(name).matches());
    }
}
