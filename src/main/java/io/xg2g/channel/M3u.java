package io.xg2g.channel;

import java.net.URI;
import java.util.List;
import java.util.function.Function;

/** Writer of extended M3U playlists of channels, with the attributes for IPTV players. */
final class M3u {
    private M3u() {}

    static String write(List<Channel> channels, Function<Channel, URI> address) {
        StringBuilder playlist = new StringBuilder("#EXTM3U\n");
        for (Channel channel : channels) {
            playlist.append("#EXTINF:-1");
            attribute(playlist, "tvg-id", channel.id());
            attribute(playlist, "tvg-name", channel.name());
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
