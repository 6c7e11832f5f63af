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
        List<String> chain(String value) {
            return Arrays.asList(value.split(",", -1));
        }
    },
    /** RFC 7239, section 4. */
    FORWARDED("Forwarded") {
        @Override
        List<String> chain(String value) {
            return unquoted(value, ',').stream()
                    .map(element -> unquoted(element, ';').stream()
                            .map(FOR::matcher)
                            .filter(Matcher::matches)
                            .findFirst()
                            .map(node -> node.group(1).replace("\"", ""))
                            .orElse(""))
                    .toList();
        }
    };

    /** Whoever writes longer chains is not a proxy; the nearest proxies stand at the end. */
    private static final int MOST = 16;

    private static final Pattern FOR =
            Pattern.compile("\\s*for\\s*=\\s*(\"[^\"]*\"|[^\"\\s]*)\\s*", Pattern.CASE_INSENSITIVE);

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
            for (String node : chain(value).reversed()) {
                if (nodes.size() == MOST) {
                    return nodes;
                }
                nodes.add(withoutPort(node.strip()));
            }
        }
        return nodes;
    }

    /** The nodes of one header, as they stand in it. */
    abstract List<String> chain(String value);

    /** The parts between separators that are not quoted: a proxy quotes what a client wrote, a host for instance. */
    private static List<String> unquoted(String text, char separator) {
        List<String> parts = new ArrayList<>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == separator && !quoted) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }

    /** IPv4 may have a port; IPv6 has one only behind brackets. */
    private static String withoutPort(String node) {
        Matcher parts = PORT.matcher(node);
        return parts.matches() ? parts.group("bare").replace("[", "").replace("]", "") : node;
    }
}
