package io.xg2g.http;

import io.xg2g.config.ConfigBounds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The headers in which proxies say whom they speak for and what was asked of them, the nearest one's word last. */
enum Forwarding {
    X_FORWARDED_FOR {
        @Override
        String header(Part part) {
            return part.header;
        }

        @Override
        Stream<String> entries(String value, Part part) {
            return Arrays.stream(value.split(",", -1));
        }
    },
    /** RFC 7239, section 4. */
    FORWARDED {
        @Override
        String header(Part part) {
            return "Forwarded";
        }

        @Override
        Stream<String> entries(String value, Part part) {
            return unquoted(value, ',').stream()
                    .map(element -> unquoted(element, ';').stream()
                            .map(part.parameter::matcher)
                            .filter(Matcher::matches)
                            .findFirst()
                            .map(found -> found.group(1).replace("\"", ""))
                            .orElse(""));
        }
    };

    /** What a proxy says of a request: of the client, and of the address that the client used. */
    enum Part {
        FOR,
        PROTO,
        HOST,
        PORT,
        /** The path that was taken off before the request was passed on. */
        PREFIX;

        private final String header =
                "X-Forwarded-" + name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
        private final Pattern parameter =
                Pattern.compile("\\s*" + name() + "\\s*=\\s*(\"[^\"]*\"|[^\"\\s]*)\\s*", Pattern.CASE_INSENSITIVE);
    }

    /** Whoever writes longer chains is not a proxy; the nearest proxies stand at the end. */
    private static final int MOST = 16;

    private static final Pattern PORT = Pattern.compile("(?<bare>\\[[^]]*]|[^:]*)(?::\\w*)?");

    /** The setting of this key. */
    static Forwarding named(String key, String value) {
        String name = value.toLowerCase(Locale.ROOT);
        ConfigBounds.oneOf(key, name, Set.of("x-forwarded-for", "forwarded"));
        return name.equals("forwarded") ? FORWARDED : X_FORWARDED_FOR;
    }

    /** The nodes that are named, the nearest one first; what is no address is left as it is. */
    List<String> nodes(List<String> values) {
        return nearestFirst(values, Part.FOR).stream()
                .map(Forwarding::withoutPort)
                .toList();
    }

    /** What the proxies have written, the nearest one's word first; empty where one has left it out. */
    List<String> nearestFirst(List<String> values, Part part) {
        List<String> entries = new ArrayList<>();
        for (String value : values.reversed()) {
            for (String entry : entries(value, part).toList().reversed()) {
                if (entries.size() == MOST) {
                    return entries;
                }
                entries.add(entry.strip());
            }
        }
        return entries;
    }

    /** The name of the header that has it. */
    abstract String header(Part part);

    /** What one line of the header has of it, in its order. */
    abstract Stream<String> entries(String value, Part part);

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
