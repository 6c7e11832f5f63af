package io.xg2g.ops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The environment variables that are read: one for each property of the {@link ConfigMapping} interfaces. A name that the
 * operator chooses stands between double underscores ({@code XG2G_RECEIVERS__LIVING_ROOM__URL}); one without an underscore
 * in it may stand between single ones.
 */
final class KnownVariables {
    private static final String PREFIX = "xg2g";

    /** How many letters a name may differ in from the one that is proposed for it. */
    private static final int MOST_DIFFERENT = 3;

    private final List<Variable> variables;

    /** A property's variable. In {@code name} the operator's part is {@code NAME}, as in docs/configuration.md. */
    private record Variable(String name, Pattern exact, Pattern loose) {

        static Variable of(String property) {
            String[] parts = property.replaceAll("\\[\\*]", "[0]").split("\\.\\*", -1);
            List<String> quoted = new ArrayList<>();
            for (String part : parts) {
                quoted.add(upper(part));
            }
            return new Variable(
                    String.join("__NAME_", quoted).replaceFirst("(__NAME_)$", "$1_"),
                    Pattern.compile(String.join("_(?:_.+_|[A-Z0-9]+)", quoted)),
                    Pattern.compile(String.join("_+(.+?)_*", quoted)));
        }

        private static String upper(String text) {
            return text.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
        }

        /** The way to write a variable of this property that lacks the double underscores. */
        Optional<String> written(String variable) {
            Matcher matcher = loose.matcher(variable);
            return matcher.groupCount() == 1 && matcher.matches()
                    ? Optional.of(name.replace("__NAME__", "__" + matcher.group(1) + "__"))
                    : Optional.empty();
        }
    }

    private KnownVariables(List<Variable> variables) {
        this.variables = variables;
    }

    /** Those of the mappings whose prefix is the program's. */
    static KnownVariables of(Collection<Class<?>> mappings) {
        return new KnownVariables(mappings.stream()
                .map(ConfigClass::configClass)
                .filter(mapping -> mapping.getPrefix().equals(PREFIX)
                        || mapping.getPrefix().startsWith(PREFIX + "."))
                .flatMap(mapping -> mapping.getProperties().keySet().stream())
                .map(Variable::of)
                .toList());
    }

    boolean contains(String variable) {
        return variables.stream()
                .anyMatch(known -> known.exact.matcher(variable).matches());
    }

    /** What may have been meant by a variable that is unknown. */
    Optional<String> nearest(String variable) {
        return variables.stream()
                .flatMap(known -> known.written(variable).stream())
                .findFirst()
                .or(() -> variables.stream()
                        .map(Variable::name)
                        .filter(name -> distance(name, variable) <= MOST_DIFFERENT)
                        .min(Comparator.comparingInt(name -> distance(name, variable))));
    }

    /** The names, for a message or a test. */
    @Override
    public String toString() {
        return variables.stream().map(Variable::name).sorted().collect(Collectors.joining(", "));
    }

    /** Levenshtein distance. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
