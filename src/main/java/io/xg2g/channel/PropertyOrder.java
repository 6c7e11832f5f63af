package io.xg2g.channel;

import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Order in which the properties files of a configuration name channels. A configuration source itself has no order, so the
 * files are read again; those of a higher ordinal come first.
 */
final class PropertyOrder {
    private static final Logger LOG = Logger.getLogger(PropertyOrder.class);

    /** Name of a configuration source that is a file: {@code PropertiesConfigSource[source=file:/…/application.properties]}. */
    private static final Pattern FILE = Pattern.compile(".*source=(file:[^\\]]+\\.properties)].*");

    private static final Pattern CHANNEL =
            Pattern.compile("(?:%[^.]*\\.)?" + Pattern.quote(ChannelNames.PREFIX) + "(?:\"([^\"]*)\"|([^.\"]*))\\..*");

    private PropertyOrder() {}

    /** Returns the positions of the channels by id; one that no file names is absent. */
    static Map<String, Integer> channels(Config config) {
        Map<String, Integer> positions = new HashMap<>();
        for (ConfigSource source : config.getConfigSources()) {
            Matcher file = FILE.matcher(String.valueOf(source.getName()));
            if (file.matches()) {
                read(Path.of(URI.create(file.group(1))), positions);
            }
        }
        return positions;
    }

    private static void read(Path file, Map<String, Integer> positions) {
        Properties properties = new Properties() {
            private static final long serialVersionUID = 1;

            @Override
            public synchronized @Nullable Object put(Object name, Object value) {
                Matcher channel = CHANNEL.matcher(name.toString());
                if (channel.matches()) {
                    positions.putIfAbsent(
                            channel.group(1) == null ? channel.group(2) : channel.group(1), positions.size());
                }
                return null;
            }
        };
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException unreadable) {
            LOG.debugf(unreadable, "order of channels not read: file=%s", file);
        }
    }
}
