package io.xg2g.channel;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.xg2g.config.ConfigBounds;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.ConfigValue;
import org.jspecify.annotations.Nullable;

/**
 * Reader of the configured channels: the properties of {@link LiveConfig.ChannelConfig}, in linear time. The mapping
 * itself does not contain them ({@link ChannelNames}).
 */
final class ConfiguredChannels {
    private static final Pattern PROPERTY = Pattern.compile("(?:\"([^\"]*)\"|([^.\"]*))\\.(.+)");

    private static final String HEADERS = "headers.";

    private final Config config;

    ConfiguredChannels(Config config) {
        this.config = config;
    }

    /**
     * Reads all channels, in the {@linkplain PropertyOrder order of the files}; those that no file names follow by id.
     *
     * @throws ConfigurationException if a property of a channel is unknown
     */
    Collection<ChannelSpec> read() {
        Map<String, Integer> order = PropertyOrder.channels(config);
        List<ChannelSpec> specs = new ArrayList<>();
        members()
                .forEach((id, values) -> specs.add(new ChannelSpec(
                        id,
                        value(values, "name"),
                        value(values, "group"),
                        value(values, "logo"),
                        value(values, "url"),
                        value(values, "username"),
                        value(values, "password"),
                        headers(values),
                        value(values, "rtsp-transport"),
                        number(id, values, "program"),
                        number(id, values, "number"))));
        specs.sort(Comparator.comparing(spec -> order.getOrDefault(String.valueOf(spec.id()), Integer.MAX_VALUE)));
        return specs;
    }

    /**
     * Returns the headers by name. In the name of an environment variable an underscore is a dot of the property, and stands
     * for the hyphen of a header.
     */
    private static @Nullable Map<String, String> headers(Map<String, ConfigValue> values) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        values.forEach((name, value) -> {
            if (name.startsWith(HEADERS)
                    && value.getValue() != null
                    && !value.getValue().isBlank()) {
                headers.put(name.substring(HEADERS.length()).replace("\"", "").replace('.', '-'), value.getValue());
            }
        });
        return headers.isEmpty() ? null : headers;
    }

    private NavigableMap<String, Map<String, ConfigValue>> members() {
        Set<String> known = known();
        NavigableMap<String, Map<String, ConfigValue>> channels = new TreeMap<>();
        String names = config.getOptionalValue(ChannelNames.NAMES, String.class).orElse("");
        names.lines().forEach(name -> {
            Matcher parts = PROPERTY.matcher(name.substring(ChannelNames.PREFIX.length()));
            if (!parts.matches() || !isKnown(known, parts.group(3))) {
                throw new ConfigurationException(
                        name + " is not a property of a channel; allowed: " + String.join(", ", known), Set.of(name));
            }
            String id = parts.group(1) == null ? parts.group(2) : parts.group(1);
            channels.computeIfAbsent(id, _ -> new LinkedHashMap<>())
                    .merge(parts.group(3), config.getConfigValue(name), ConfiguredChannels::ofHigherOrdinal);
        });
        return channels;
    }

    private static boolean isKnown(Set<String> known, String member) {
        return member.startsWith(HEADERS)
                ? member.length() > HEADERS.length()
                : !member.contains("*") && known.contains(member);
    }

    /** Resolves two spellings of the same property, for instance in an environment variable and in a file. */
    private static ConfigValue ofHigherOrdinal(ConfigValue one, ConfigValue other) {
        return other.getSourceOrdinal() > one.getSourceOrdinal() ? other : one;
    }

    private static @Nullable String value(Map<String, ConfigValue> values, String member) {
        ConfigValue value = values.get(member);
        return value == null ? null : value.getValue();
    }

    private static @Nullable Integer number(String id, Map<String, ConfigValue> values, String member) {
        String value = value(values, member);
        try {
            return value == null || value.isBlank() ? null : Integer.valueOf(value.strip());
        } catch (NumberFormatException malformed) {
            throw ConfigBounds.outside(
                    ChannelNames.PREFIX + id + "." + member, String.valueOf(value), "a whole number");
        }
    }

    /** Returns the property names of the mapping, so that documentation and reader agree. */
    private static Set<String> known() {
        String each = ChannelNames.PREFIX + "*.";
        Set<String> known = new TreeSet<>();
        ConfigClass.configClass(LiveConfig.class).getProperties().keySet().stream()
                .filter(name -> name.startsWith(each))
                .forEach(name -> known.add(name.substring(each.length())));
        return known;
    }
}
