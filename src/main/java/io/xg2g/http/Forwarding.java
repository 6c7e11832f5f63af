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

/** Headers in which proxies forward the client and the URL that it requested. Each proxy appends its entry. */
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

    /** Information about a request: the client, or a part of the URL that the client used. */
    enum Part {
        FOR,
        PROTO,
        HOST,
        PORT,
        /** Path prefix that the proxy removed. */
        PREFIX;

        private final String header =
                "X-Forwarded-" + name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
        private final Pattern parameter =
                Pattern.compile("\\s*" + name() + "\\s*=\\s*(\"[^\"]*\"|[^\"\\s]*)\\s*", Pattern.CASE_INSENSITIVE);
    }

    /** Maximum length of a chain; the entries of the nearest proxies are the last ones. */
    private static final int MAX_ENTRIES = 16;

    private static final Pattern PORT = Pattern.compile("(?<bare>\\[[^]]*]|[^:]*)(?::\\w*)?");

    /** Reads the value of a configuration key. */
    static Forwarding named(String key, String value) {
        String name = value.toLowerCase(Locale.ROOT);
        ConfigBounds.oneOf(key, name, Set.of("x-forwarded-for", "forwarded"));
        return name.equals("forwarded") ? FORWARDED : X_FORWARDED_FOR;
    }

    /**
     * Returns the forwarded nodes, that of the nearest proxy first; a node that is no address is returned unchanged.
     */
    List<String> nodes(List<String> values) {
        return nearestFirst(values, Part.FOR).stream()
                .map(Forwarding::withoutPort)
                .toList();
    }

    /** Returns the entries of proxies, that of the nearest one first; empty texts for proxies that left it out. */
    List<String> nearestFirst(List<String> values, Part part) {
        List<String> entries = new ArrayList<>();
        for (String value : values.reversed()) {
            for (String entry : entries(value, part).toList().reversed()) {
                if (entries.size() == MAX_ENTRIES) {
                    return entries;
                }
                entries.add(entry.strip());
            }
        }
        return entries;
    }

    /** Returns the name of the header that contains a part. */
    abstract String header(Part part);

    /** Returns the entries in one line of the header, in their order. */
    abstract Stream<String> entries(String value, Part part);

    /** Splits at separators outside of quotes: a proxy quotes text of the client, for instance a host. */
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

    /** Removes the port of an IPv4 address or of an IPv6 address in brackets. */
    private static String withoutPort(String node) {
        Matcher parts = PORT.matcher(node);
        return parts.matches() ? parts.group("bare").replace("[", "").replace("]", "") : node;
    }
}
