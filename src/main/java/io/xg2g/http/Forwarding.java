package io.xg2g.http;

import io.xg2g.config.ConfigBounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The header in which proxies say whom they speak for, the nearest one's word last. */
enum Forwarding {
    X_FORWARDED_FOR("X-Forwarded-For") {
        @Override
        String node(String element) {
            return element;
        }
    },
    /** RFC 7239, section 4. */
    FORWARDED("Forwarded") {
        @Override
        String node(String element) {
            Matcher node = FOR.matcher(element);
            return node.find() ? node.group(1).replace("\"", "") : "";
        }
    };

    /** Whoever writes longer chains is not a proxy; the nearest proxies stand at the end. */
    private static final int MOST = 16;

    private static final Pattern FOR =
            Pattern.compile("(?:^|;)\\s*for\\s*=\\s*(\"[^\"]*\"|[^;\"\\s]*)", Pattern.CASE_INSENSITIVE);

    private static final Pattern PORT = Pattern.compile("(?<bare>\\[[^]]*]|[^:]*)(?::\\w*)?");

    final String header;

    Forwarding(String header) {
        this.header = header;
    }

    /** The setting of this key. */
    static Forwarding named(String key, String value) {
        String name = value.toLowerCase(Locale.ROOT);
        ConfigBounds.oneOf(key, name, Set.of("x-forwarded-for", "forwarded"));
        return name.equals("forwarded") ? FORWARDED : X_FORWARDED_FOR;
    }

    /** The nodes that are named, the nearest one first; what is no address is left as it is. */
    List<String> nodes(List<String> values) {
        List<String> nodes = new ArrayList<>();
        for (String value : values.reversed()) {
            for (String element : Arrays.asList(value.split(",", -1)).reversed()) {
                if (nodes.size() == MOST) {
                    return nodes;
                }
                nodes.add(withoutPort(node(element.strip()).strip()));
            }
        }
        return nodes;
    }

    abstract String node(String element);

    /** IPv4 may have a port; IPv6 has one only behind brackets. */
    private static String withoutPort(String node) {
        Matcher parts = PORT.matcher(node);
        return parts.matches() ? parts.group("bare").replace("[", "").replace("]", "") : node;
    }
}
