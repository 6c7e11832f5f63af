package io.xg2g.channel;

import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** Writer of extended M3U playlists of channels, with the attributes for IPTV players. */
final class M3u {
    private M3u() {}

    /** Writes the channels: those with a number first, in its order; the others get the numbers behind them. */
    static String write(List<Channel> channels, Function<Channel, URI> address) {
        StringBuilder playlist = new StringBuilder("#EXTM3U\n");
        List<Channel> ordered = channels.stream()
                .sorted(Comparator.comparing(channel -> channel.number().orElse(Integer.MAX_VALUE)))
                .toList();
        int number = 0;
        for (Channel channel : ordered) {
            number = channel.number().orElse(number + 1);
            playlist.append("#EXTINF:-1");
            attribute(playlist, "tvg-id", channel.id());
            attribute(playlist, "tvg-name", channel.name());
            attribute(playlist, "tvg-chno", Integer.toString(number));
            channel.logo().ifPresent(logo -> attribute(playlist, "tvg-logo", logo.toString()));
            attribute(playlist, "group-title", channel.group());
            playlist.append(',').append(PlaylistText.line(channel.name())).append('\n');
            playlist.append(address.apply(channel)).append('\n');
        }
        return playlist.toString();
    }

    private static void attribute(StringBuilder playlist, String name, String value) {
        playlist.append(' ').append(name).append('=').append(PlaylistText.quoted(value));
    }
}
