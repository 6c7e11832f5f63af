package io.xg2g.receiver;

import io.xg2g.source.LooseUrl;
import io.xg2g.source.SourceHeaders;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Network stream that a bouquet lists (IPTV): the receiver plays it with another player, and does not offer it at its stream
 * ports. Its URL is percent-encoded in the service reference: {@code 4097:0:1:0:0:0:0:0:0:0:http%3a//host%3a8080/1.ts:Name}.
 * Request headers may follow a {@code #}: {@code …/1.ts#User-Agent=VLC&Referer=http%3a//host/}.
 *
 * @param address URL, without headers
 */
record ExternalStream(URI address, SourceHeaders headers) {
    /** Types of services that are played by GStreamer or ExtEplayer3. */
    private static final Set<String> TYPES = Set.of("4097", "5001", "5002", "5003");

    private static final Pattern URL = Pattern.compile("(?i)(https?|rtsps?|rtmps?|srt|udp|rtp)://[^/].*");

    /** Returns the stream of a service; empty if the service is not one, or its URL is malformed. */
    static Optional<ExternalStream> of(String type, String path) {
        String decoded = decoded(path);
        if (!TYPES.contains(type) || !URL.matcher(decoded).matches()) {
            return Optional.empty();
        }
        String[] parts = decoded.split("#", 2);
        try {
            URI address = new URI(LooseUrl.encoded(parts[0].strip()));
            return Optional.of(new ExternalStream(address, parts.length == 1 ? SourceHeaders.NONE : headers(parts[1])));
        } catch (URISyntaxException malformed) {
            return Optional.empty();
        }
    }

    private static String decoded(String path) {
        try {
            return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return path;
        }
    }

    private static SourceHeaders headers(String options) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String option : options.split("&", -1)) {
            String[] pair = option.split("=", 2);
            if (pair.length == 2 && !pair[1].isBlank()) {
                headers.put(pair[0].strip(), pair[1].strip());
            }
        }
        try {
            return new SourceHeaders(headers);
        } catch (IllegalArgumentException unusual) {
            return SourceHeaders.NONE;
        }
    }
}
