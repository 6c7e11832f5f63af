package io.xg2g.docs;

import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Settings that a document shows. A value with a {@code …} in it is to be filled in by the operator; here a legal one of
 * {@link DocumentedProperty} takes its place.
 *
 * @param values by property, or by variable of the environment
 */
record DocumentedSettings(boolean variables, Map<String, String> values) {
    private static final Pattern PROPERTY = Pattern.compile("(?<![\\w.])(xg2g\\.[a-z0-9.-]+)=([^\\s`…]+)");
    private static final Pattern ASSIGNMENT = Pattern.compile("\\b(XG2G_[A-Z0-9_]+)=([^\\s`…]+)");

    /** Settings of a block. */
    static DocumentedSettings of(DocumentedBlock block) {
        return block.language().equals("properties") ? properties(block.text()) : variables(block.text());
    }

    /** The variables that are set anywhere in a text. */
    static DocumentedSettings variables(String text) {
        Map<String, String> values = new TreeMap<>();
        DocumentedBlock.found(ASSIGNMENT, text).forEach(found -> values.put(found.group(1), found.group(2)));
        return new DocumentedSettings(true, values);
    }

    /** The properties that are set in running text. */
    static DocumentedSettings propertiesIn(String text) {
        Map<String, String> values = new TreeMap<>();
        DocumentedBlock.found(PROPERTY, text).forEach(found -> values.put(found.group(1), found.group(2)));
        return new DocumentedSettings(false, values);
    }

    /** The lines of a settings file. */
    static DocumentedSettings properties(String text) {
        Properties read = new Properties();
        try {
            read.load(new StringReader(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Map<String, String> values = new TreeMap<>();
        read.stringPropertyNames().forEach(name -> values.put(name, filled(name, read.getProperty(name))));
        return new DocumentedSettings(false, values);
    }

    private static String filled(String name, String value) {
        return !value.contains("…")
                ? value
                : DocumentedProperty.all().stream()
                        .filter(known -> isNameOf(known, name))
                        .map(DocumentedProperty::legal)
                        .findFirst()
                        .orElse(value);
    }

    /** Whether it is the name of the property, with any key. */
    static boolean isNameOf(DocumentedProperty known, String name) {
        return Pattern.matches(
                Pattern.quote(known.property()).replace("\"name\"", "\\E(?:[A-Za-z0-9-]+|<[a-z]+>)\\Q"), name);
    }

    /** Whether it is the name of the variable; a key of letters and digits may have single underscores. */
    static boolean isVariableOf(DocumentedProperty known, String name) {
        return Pattern.matches(Pattern.quote(known.variable()).replace("__NAME_", "\\E_(?:_.+_|[A-Z0-9]+)\\Q"), name);
    }

    /** By property. */
    Map<String, String> properties() {
        if (!variables) {
            return values;
        }
        Map<String, String> properties = new TreeMap<>();
        values.forEach((name, value) -> DocumentedProperty.all().stream()
                .filter(known -> known.variable().equals(name))
                .forEach(known -> properties.put(known.property(), value)));
        return properties;
    }

    /** The settings as a configuration source, with additional properties. */
    ConfigSource source(Map<String, String> more) {
        if (!variables) {
            Map<String, String> all = new TreeMap<>(more);
            all.putAll(values);
            return new PropertiesConfigSource(all, "document", 300);
        }
        Map<String, String> all = new TreeMap<>(values);
        more.forEach(
                (name, value) -> all.put(name.toUpperCase(java.util.Locale.ROOT).replaceAll("[.-]", "_"), value));
        return new EnvConfigSource(all, 300);
    }
}
