package io.xg2g.channel;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.Collection;
import java.util.LinkedHashMap;
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

    private final Config config;

    ConfiguredChannels(Config config) {
        this.config = config;
    }

    /**
     * Reads all channels, by id.
     *
     * @throws ConfigurationException if a property of a channel is unknown
     */
    Collection<ChannelSpec> read() {
        Map<String, ChannelSpec> specs = new LinkedHashMap<>();
        members()
                .forEach((id, values) -> specs.put(
                        id,
                        new ChannelSpec(
                                id,
                                value(values, "name"),
                                value(values, "group"),
                                value(values, "logo"),
                                value(values, "url"),
                                value(values, "username"),
                                value(values, "password"),
                                number(id, values, "program"))));
        return specs.values();
    }

    private NavigableMap<String, Map<String, ConfigValue>> members() {
        Set<String> known = known();
        NavigableMap<String, Map<String, ConfigValue>> channels = new TreeMap<>();
        String names = config.getOptionalValue(ChannelNames.NAMES, String.class).orElse("");
        names.lines().forEach(name -> {
            Matcher parts = PROPERTY.matcher(name.substring(ChannelNames.PREFIX.length()));
            if (!parts.matches() || !known.contains(parts.group(3))) {
                throw new ConfigurationException(
                        name + " is not a property of a channel; allowed: " + String.join(", ", known), Set.of(name));
            }
            String id = parts.group(1) == null ? parts.group(2) : parts.group(1);
            channels.computeIfAbsent(id, _ -> new LinkedHashMap<>())
                    .merge(parts.group(3), config.getConfigValue(name), ConfiguredChannels::ofHigherOrdinal);
        });
        return channels;
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
            return value == null ? null : Integer.valueOf(value.strip());
        } catch (NumberFormatException malformed) {
            throw new ConfigurationException(
                    ChannelNames.PREFIX + id + "." + member + " is «" + value + "»; allowed: an integer");
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
