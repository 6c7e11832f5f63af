package io.xg2g.channel;

import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Page of the list of channels.
 *
 * @param channels channels of the page
 * @param total number of channels that match the search
 * @param search search text; empty for all channels
 * @param offset number of channels before the page
 * @param limit maximum number of channels per page
 */
record ChannelPage(List<Channel> channels, int total, String search, int offset, int limit) {
    static final int MAX_LIMIT = 1000;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /**
     * Creates a page of the list. Each parameter may be {@code null}, for all channels from the first one on.
     *
     * @param search part of the name or of the group, case-insensitive
     * @throws ProblemException if a number is out of range
     */
    static ChannelPage of(List<Channel> all, @Nullable String search, @Nullable String offset, @Nullable String limit) {
        String query = search == null ? "" : search.strip();
        List<Channel> found = query.isEmpty()
                ? all
                : all.stream().filter(channel -> matches(channel, lower(query))).toList();
        int from = Math.min(found.size(), number("offset", offset, 0, 0, 999_999_999));
        int size = number("limit", limit, Math.max(1, found.size()), 1, MAX_LIMIT);
        int to = Math.min(found.size(), from + size);
        return new ChannelPage(found.subList(from, to), found.size(), query, from, size);
    }

    /** Returns the URL of the next page; empty for the last one. */
    Optional<String> next(String path) {
        int nextOffset = offset + channels.size();
        if (nextOffset >= total) {
            return Optional.empty();
        }
        String parameter = search.isEmpty() ? "" : "search=" + URLEncoder.encode(search, StandardCharsets.UTF_8) + "&";
        return Optional.of(path + "?" + parameter + "offset=" + nextOffset + "&limit=" + limit);
    }

    private static boolean matches(Channel channel, String query) {
        return lower(channel.name() + " " + channel.group()).contains(query);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static int number(String name, @Nullable String value, int defaultValue, int min, int max) {
        if (value == null || value.isBlank()) {
            return defaultValue;
        }
        if (!NUMBER.matcher(value).matches() || Integer.parseInt(value) < min || Integer.parseInt(value) > max) {
            throw ProblemType.INVALID_REQUEST
                    .with(name + " is malformed or outside of its range; allowed: " + min + " to " + max)
                    .asException();
        }
        return Integer.parseInt(value);
    }
}
