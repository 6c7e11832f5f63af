package io.xg2g.source;

import io.xg2g.source.RtspReader.Unit;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Header {@code Transport} of the responses of an RTSP server (RFC 2326, section 12.39). */
final class RtspTransportHeader {
    private static final Pattern HEADER = Pattern.compile("(?im)^(Transport[ \\t]*:[^\\r\\n]*)");

    /** Parameters that make a client send to other addresses, and the separator after the last one. */
    private static final Pattern ADDRESSES =
            Pattern.compile("(?i);[ \\t]*(source|destination)[ \\t]*=[^;,\\r\\n]*|;[ \\t]*$");

    private RtspTransportHeader() {}

    /**
     * Returns the bytes of a unit; in a response with a transport of UDP, media comes from the given address, and goes to no
     * other.
     */
    static byte[] pinned(Unit unit, InetAddress source) {
        if (!unit.isResponse() || unit.headers("Transport").stream().allMatch(RtspTransportHeader::isInterleaved)) {
            return unit.bytes();
        }
        // One byte is one character, so that the body remains as it is.
        String text = new String(unit.bytes(), StandardCharsets.ISO_8859_1);
        String pinned = HEADER.matcher(text)
                .replaceFirst(header -> Matcher.quoteReplacement(
                        ADDRESSES.matcher(header.group(1)).replaceAll("") + ";source=" + source.getHostAddress()));
        return pinned.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean isInterleaved(String transport) {
        return transport.toUpperCase(Locale.ROOT).contains("/TCP");
    }
}
