package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Strict parser of Prometheus' text format 0.0.4 that reports what {@code promtool check metrics} does. */
final class PrometheusTextFormat {
    private static final Pattern HELP = Pattern.compile("# HELP (?<name>\\S+) (?<text>(?:[^\\\\]|\\\\[\\\\n])+)");
    private static final Pattern TYPE =
            Pattern.compile("# TYPE (?<name>\\S+) (?<type>counter|gauge|histogram|summary|untyped)");
    private static final Pattern LABEL =
            Pattern.compile("(?<label>[a-z_][a-z0-9_]*)=\"(?:[^\"\\\\]|\\\\[\\\\\"n])*\",?");
    private static final Pattern SAMPLE =
            Pattern.compile("(?<name>[a-z_:][a-z0-9_:]*)(?:\\{(?<labels>.*)})? (?<value>[-+0-9.eE]+|NaN|[-+]?Inf)");
    private static final Pattern PART = Pattern.compile("_(count|sum|bucket)$");
    private static final Pattern NO_BASE_UNIT = Pattern.compile(
            "_(ns|us|ms|s|kb|mb|gb|nanoseconds|milliseconds|minutes|hours|kilobytes|megabytes|percentage)(_|$)");

    private final Map<String, String> types = new HashMap<>();
    private final Set<String> described = new HashSet<>();
    private final Set<String> closed = new HashSet<>();
    private final Set<String> series = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private @Nullable String current;

    private PrometheusTextFormat() {}

    /** Returns the violations; empty if there are none. */
    static List<String> violationsIn(String text) {
        assertThat(text).endsWith("\n");
        PrometheusTextFormat read = new PrometheusTextFormat();
        text.lines().forEach(read::line);
        read.types.forEach(read::name);
        return read.violations;
    }

    private void line(String line) {
        Matcher help = HELP.matcher(line);
        Matcher type = TYPE.matcher(line);
        Matcher sample = SAMPLE.matcher(line);
        if (help.matches()) {
            family(help.group("name"));
            described.add(help.group("name"));
        } else if (type.matches()) {
            family(type.group("name"));
            check(types.put(type.group("name"), type.group("type")) == null, "second type", line);
        } else if (sample.matches()) {
            String name = sample.group("name");
            String family = types.containsKey(name) ? name : PART.matcher(name).replaceFirst("");
            check(family.equals(current), "a sample outside of its family", line);
            check(types.containsKey(family), "no type", line);
            check(series.add(line.substring(0, line.lastIndexOf(' '))), "a series twice", line);
            String labels = sample.group("labels");
            check(labels == null || LABEL.matcher(labels).replaceAll("").isEmpty(), "malformed labels", line);
        } else {
            violations.add("malformed: " + line);
        }
    }

    private void family(String name) {
        if (!name.equals(current)) {
            check(closed.add(name), "a family in two places", name);
            current = name;
        }
    }

    private void name(String name, String type) {
        check(described.contains(name), "no help", name);
        check(type.equals("counter") == name.endsWith("_total"), "suffix of another type (" + type + ")", name);
        check(!PART.matcher(name).find(), "suffix of a histogram", name);
        check(!NO_BASE_UNIT.matcher(name).find(), "no base unit", name);
    }

    private void check(boolean good, String complaint, String what) {
        if (!good) {
            violations.add(complaint + ": " + what);
        }
    }
}
