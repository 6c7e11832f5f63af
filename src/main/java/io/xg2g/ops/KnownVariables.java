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
 * The environment variables of the properties in {@link ConfigMapping} interfaces. A name that the operator chooses
 * stands between double underscores ({@code XG2G_RECEIVERS__LIVING_ROOM__URL}); a name without underscores may stand
 * between single ones.
 */
final class KnownVariables {
    private static final String PREFIX = "xg2g";

    /** Maximum Levenshtein distance between an unknown variable and a suggestion. */
    private static final int MAX_DISTANCE = 3;

    private final List<Variable> variables;

    /** Variable of a property. The operator's part of {@code name} is {@code NAME}, as in docs/configuration.md. */
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

        /** Returns the correct spelling of a variable of this property that lacks the double underscores. */
        Optional<String> corrected(String variable) {
            Matcher matcher = loose.matcher(variable);
            return matcher.groupCount() == 1 && matcher.matches()
                    ? Optional.of(name.replace("__NAME__", "__" + matcher.group(1) + "__"))
                    : Optional.empty();
        }
    }

    private KnownVariables(List<Variable> variables) {
        this.variables = variables;
    }

    /** Returns the variables of the mappings with the program's prefix. */
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

    /** Suggests a known variable for an unknown one. */
    Optional<String> nearest(String variable) {
        return variables.stream()
                .flatMap(known -> known.corrected(variable).stream())
                .findFirst()
                .or(() -> variables.stream()
                        .map(Variable::name)
                        .filter(name -> distance(name, variable) <= MAX_DISTANCE)
                        .min(Comparator.comparingInt(name -> distance(name, variable))));
    }

    /** Returns the names, for messages and tests. */
    @Override
    public String toString() {
        return variables.stream().map(Variable::name).sorted().collect(Collectors.joining(", "));
    }

    /** Returns the Levenshtein distance. */
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
