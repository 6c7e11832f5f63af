package io.xg2g.channel;

import org.jspecify.annotations.Nullable;

/** Parser of {@link LivePath}. Uses no regular expressions, because it runs for each request of a segment. */
final class LivePathParser {
    static final String INIT_PREFIX = "init-";
    static final String INIT_SUFFIX = ".mp4";
    private static final int MAX_DIGITS = 18;

    private LivePathParser() {}

    static @Nullable LivePath parse(String path) {
        if (!path.startsWith(LivePath.ROOT)) {
            return null;
        }
        int channelEnd = path.indexOf('/', LivePath.ROOT.length());
        if (channelEnd < 0) {
            return null;
        }
        String channel = path.substring(LivePath.ROOT.length(), channelEnd);
        if (!isName(channel)) {
            return null;
        }
        int renditionEnd = path.indexOf('/', channelEnd + 1);
        return renditionEnd < 0
                ? ofChannel(channel, path.substring(channelEnd + 1))
                : ofRendition(channel, path.substring(channelEnd + 1, renditionEnd), path.substring(renditionEnd + 1));
    }

    private static @Nullable LivePath ofChannel(String channel, String file) {
        return switch (file) {
            case LivePath.MASTER -> new LivePath.Master(channel);
            case LivePath.MANIFEST -> new LivePath.Manifest(channel);
            case LivePath.TRANSPORT_STREAM -> new LivePath.TransportStream(channel);
            case LivePath.AUDIO -> new LivePath.Audio(channel);
            case LivePath.PREVIEW -> new LivePath.Preview(channel);
            default -> null;
        };
    }

    private static @Nullable LivePath ofRendition(String channel, String rendition, String file) {
        if (!isName(rendition)) {
            return null;
        }
        if (file.equals(LivePath.MEDIA_PLAYLIST)) {
            return new LivePath.MediaPlaylist(channel, rendition);
        }
        if (file.startsWith(INIT_PREFIX) && file.endsWith(INIT_SUFFIX)) {
            long epochStart = number(file, INIT_PREFIX.length(), file.length() - INIT_SUFFIX.length());
            return epochStart < 0 ? null : new LivePath.InitSegment(channel, rendition, epochStart);
        }
        if (file.endsWith(LivePath.SEGMENT)) {
            long time = number(file, 0, file.length() - LivePath.SEGMENT.length());
            return time < 0 ? null : new LivePath.Segment(channel, rendition, time);
        }
        return null;
    }

    private static boolean isName(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '-') {
                return false;
            }
        }
        return !name.isEmpty();
    }

    /** Returns the decimal number between two indices, or -1 if there is none. */
    private static long number(String text, int from, int to) {
        if (from >= to || to - from > MAX_DIGITS) {
            return -1;
        }
        for (int i = from; i < to; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return -1;
            }
        }
        return Long.parseLong(text, from, to, 10);
    }
}
