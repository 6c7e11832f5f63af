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
 * A part of the list of channels.
 *
 * @param channels those that are listed
 * @param total how many the search has found
 * @param search what was searched for; empty where everything was
 * @param offset how many were left out before the first one
 * @param limit how many can be listed
 */
record ChannelPage(List<Channel> channels, int total, String search, int offset, int limit) {
    static final int MOST = 1000;

    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    /**
     * Takes a page out of the list. Every parameter may be {@code null}: all channels, from the first on.
     *
     * @param search a part of the name or of the group, in upper or lower case
     * @throws ProblemException if a number is outside of its range
     */
    static ChannelPage of(List<Channel> all, @Nullable String search, @Nullable String offset, @Nullable String limit) {
        String wanted = search == null ? "" : search.strip();
        List<Channel> found = wanted.isEmpty()
                ? all
                : all.stream()
                        .filter(channel -> matches(channel, lower(wanted)))
                        .toList();
        int from = Math.min(found.size(), number("offset", offset, 0, 0, 999_999_999));
        int most = number("limit", limit, Math.max(1, found.size()), 1, MOST);
        int to = Math.min(found.size(), from + most);
        return new ChannelPage(found.subList(from, to), found.size(), wanted, from, most);
    }

    /** The address of the next page; empty where this is the last one. */
    Optional<String> next(String path) {
        int following = offset + channels.size();
        if (following >= total) {
            return Optional.empty();
        }
        String query = search.isEmpty() ? "" : "search=" + URLEncoder.encode(search, StandardCharsets.UTF_8) + "&";
        return Optional.of(path + "?" + query + "offset=" + following + "&limit=" + limit);
    }

    private static boolean matches(Channel channel, String wanted) {
        return lower(channel.name() + " " + channel.group()).contains(wanted);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    private static int number(String name, @Nullable String value, int otherwise, int least, int most) {
        if (value == null || value.isBlank()) {
            return otherwise;
        }
        if (!NUMBER.matcher(value).matches() || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
            throw ProblemType.INVALID_REQUEST
                    .with(name + " is malformed or outside of its range; allowed: " + least + " to " + most)
                    .asException();
        }
        return Integer.parseInt(value);
    }
}
