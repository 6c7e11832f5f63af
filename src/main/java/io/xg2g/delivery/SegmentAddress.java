package io.xg2g.delivery;

import io.netty.handler.codec.http.QueryStringDecoder;
import java.util.Optional;

/**
 * What the path of a segment says: {@code /live/news/720p/161609541759419.m4s}, or of an init segment:
 * {@code /live/news/720p/init-161609541759419.mp4}. Read by hand, since it is read most often of all.
 *
 * @param init whether it is an init segment
 * @param number when the segment begins, or the init segment's epoch
 */
record SegmentAddress(String channel, String rendition, boolean init, long number) {
    private static final String ROOT = "/live/";
    private static final String SEGMENT = ".m4s";
    private static final String INIT_BEGIN = "init-";
    private static final String INIT_END = ".mp4";
    private static final int MOST_DIGITS = 18;

    /** Reads the path of a request; empty where it is another one. */
    static Optional<SegmentAddress> parse(String path) {
        int rendition = path.indexOf('/', ROOT.length()) + 1;
        int file = path.indexOf('/', rendition) + 1;
        if (rendition == 0 || file == 0 || path.indexOf('/', file) >= 0) {
            return Optional.empty();
        }
        boolean init = path.endsWith(INIT_END) && path.startsWith(INIT_BEGIN, file);
        if (!init && !path.endsWith(SEGMENT)) {
            return Optional.empty();
        }
        int from = init ? file + INIT_BEGIN.length() : file;
        int to = path.length() - SEGMENT.length();
        if (!isNumber(path, from, to)) {
            return Optional.empty();
        }
        return Optional.of(new SegmentAddress(
                decoded(path.substring(ROOT.length(), rendition - 1)),
                decoded(path.substring(rendition, file - 1)),
                init,
                Long.parseLong(path, from, to, 10)));
    }

    private static boolean isNumber(String path, int from, int to) {
        for (int i = from; i < to; i++) {
            if (path.charAt(i) < '0' || path.charAt(i) > '9') {
                return false;
            }
        }
        return from < to && to - from <= MOST_DIGITS;
    }

    private static String decoded(String name) {
        return name.indexOf('%') < 0 ? name : QueryStringDecoder.decodeComponent(name.replace("+", "%2B"));
    }
}
