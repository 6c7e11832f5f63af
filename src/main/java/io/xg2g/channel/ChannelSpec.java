package io.xg2g.channel;

import io.xg2g.ffmpeg.RtspTransport;
import io.xg2g.ingest.NetworkOptions;
import io.xg2g.ingest.Source;
import io.xg2g.redaction.Redaction;
import io.xg2g.source.SourceHeaders;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Definition of a channel in the configuration, in a request, and as it is stored.
 *
 * @param id path element in URLs
 * @param name display name; default: the id
 * @param group group in lists of channels
 * @param logo URL of the logo
 * @param url URL of the source
 * @param username user name of the source, unless it is in the URL
 * @param password password of the source, not percent-encoded
 * @param headers request headers of an HTTP source, by name; they may be secret
 * @param rtspTransport transport of the media of an RTSP source: {@code auto}, {@code tcp} or {@code udp}
 * @param program number of the program of a transport stream
 * @param number channel number in lists
 */
@Schema(name = "ChannelSpec")
public record ChannelSpec(
        @Schema(examples = "door", pattern = Channel.ID) @Nullable
        String id,

        @Schema(examples = "Front door") @Nullable String name,

        @Schema(examples = "Cameras") @Nullable String group,

        @Schema(examples = "https://example.org/door.png") @Nullable
        String logo,

        @Schema(examples = "rtsp://192.168.1.20/stream1") @Nullable
        String url,

        @Schema(examples = "admin", writeOnly = true) @Nullable
        String username,

        @Schema(format = "password", writeOnly = true) @Nullable
        String password,

        @Schema(
                description = "request headers of an http or https source; sent to the host of url only",
                examples = "{\"User-Agent\": \"VLC/3.0.20\", \"Referer\": \"https://tv.example.org/\"}",
                writeOnly = true)
        @Nullable
        Map<String, String> headers,

        @Schema(
                enumeration = {"auto", "tcp", "udp"},
                defaultValue = "auto",
                description = "transport of the media of an rtsp source; auto tries TCP first")
        @Nullable
        String rtspTransport,

        @Schema(examples = "1", minimum = "1", maximum = "65535") @Nullable
        Integer program,

        @Schema(examples = "7", minimum = "1", maximum = "99999") @Nullable
        Integer number) {

    private static final Set<String> HTTP = Set.of("http", "https");
    private static final Set<String> RTSP = Set.of("rtsp", "rtsps");
    /** Schemes of addresses that may be a multicast group: {@code udp://@239.0.0.1:5000}. */
    private static final Set<String> RECEIVED = Set.of("udp", "rtp");

    private static final Set<String> SCHEMES =
            Set.of("http", "https", "rtsp", "rtsps", "rtmp", "rtmps", "srt", "udp", "rtp");
    private static final String ALLOWED_URL =
            "an http, https, rtsp, rtsps, rtmp, rtmps, srt, udp or rtp URL with a host";
    private static final int MAX_NUMBER = 99_999;
    private static final int MAX_TEXT_LENGTH = 200;
    private static final int MAX_PROGRAM = 0xffff;
    private static final int MAX_URL_LENGTH = 2000;

    /** Creates a definition without the options of its source and without a number. */
    public ChannelSpec(
            @Nullable String id,
            @Nullable String name,
            @Nullable String group,
            @Nullable String logo,
            @Nullable String url,
            @Nullable String username,
            @Nullable String password) {
        this(id, name, group, logo, url, username, password, null, null, null, null);
    }

    /** Validation error: names the member, its value and what is allowed. */
    public static final class Invalid extends Exception {
        private static final long serialVersionUID = 1;

        public Invalid(String member, @Nullable String value, String allowed) {
            super(member + " is " + (value == null ? "missing or malformed" : "«" + Redaction.text(value) + "»")
                    + "; allowed: " + allowed);
        }

        Invalid(String sentence) {
            super(sentence);
        }

        /** Returns the description for users, with credentials removed. */
        public String sentence() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Validates the definition. Does not check whether the source may be fetched.
     *
     * @param trusted whether it comes from the operator's configuration, which may refer to files
     */
    public Channel channel(Channel.Origin origin, boolean trusted) throws Invalid {
        if (id == null || !id.matches(Channel.ID)) {
            throw new Invalid(
                    "id",
                    id,
                    "1 to 64 lower-case letters, digits, hyphens or underscores, the first a letter or digit");
        }
        if (number != null && (number < 1 || number > MAX_NUMBER)) {
            throw new Invalid("number", number.toString(), "1 to " + MAX_NUMBER);
        }
        return new Channel(
                id,
                text("name", name, id),
                text("group", group, "Channels"),
                logoAddress(),
                source(trusted),
                programNumber(),
                origin,
                Optional.ofNullable(number));
    }

    private OptionalInt programNumber() throws Invalid {
        if (program == null) {
            return OptionalInt.empty();
        }
        if (program < 1 || program > MAX_PROGRAM) {
            throw new Invalid("program", program.toString(), "1 to " + MAX_PROGRAM);
        }
        return OptionalInt.of(program);
    }

    private static String text(String member, @Nullable String value, String defaultValue) throws Invalid {
        if (value == null || value.isBlank()) {
            return defaultValue;
        }
        if (value.length() > MAX_TEXT_LENGTH || !PlaylistText.line(value).equals(value)) {
            throw new Invalid(
                    member,
                    value,
                    "1 to " + MAX_TEXT_LENGTH + " characters without control characters and line separators");
        }
        return value.strip();
    }

    private Optional<URI> logoAddress() throws Invalid {
        if (logo == null || logo.isBlank()) {
            return Optional.empty();
        }
        if (logo.length() > MAX_URL_LENGTH) {
            throw new Invalid("logo", null, "an http or https URL of " + MAX_URL_LENGTH + " characters at most");
        }
        URI uri = parse("logo", logo, "an http or https URL");
        if (!Set.of("http", "https").contains(scheme(uri)) || uri.getHost() == null) {
            throw new Invalid("logo", logo, "an http or https URL");
        }
        return Optional.of(uri);
    }

    private Source source(boolean trusted) throws Invalid {
        String allowed = trusted ? ALLOWED_URL + ", or file: and an absolute path" : ALLOWED_URL;
        if (url == null || url.isBlank() || url.length() > MAX_URL_LENGTH) {
            throw new Invalid("url", null, allowed + ", of " + MAX_URL_LENGTH + " characters at most");
        }
        if (SourceCredentials.areUnencoded(url)) {
            throw new Invalid("url", null, allowed + SourceCredentials.ENCODING);
        }
        URI uri = parse("url", url, allowed);
        uri = SourceCredentials.embed(uri, username, password);
        if (!trusted) {
            if (uri.getScheme() == null || (SCHEMES.contains(scheme(uri)) && uri.getRawAuthority() == null)) {
                throw new Invalid("url", null, allowed);
            }
            return new Source.Network(uri, false, options(uri));
        }
        if (scheme(uri).equals("file") && uri.getPath() != null && uri.getPath().startsWith("/")) {
            options(uri);
            return new Source.Loop(Path.of(uri.getPath()));
        }
        // udp://@239.0.0.1:5000 is the usual notation of a multicast group.
        boolean host = uri.getHost() != null || (RECEIVED.contains(scheme(uri)) && uri.getRawAuthority() != null);
        if (!SCHEMES.contains(scheme(uri)) || !host) {
            throw new Invalid(
                    "url", url, SourceCredentials.mayBeUnencoded(url) ? allowed + SourceCredentials.ENCODING : allowed);
        }
        return new Source.Network(uri, true, options(uri));
    }

    private NetworkOptions options(URI uri) throws Invalid {
        SourceHeaders checked = SourceHeaders.NONE;
        if (headers != null && !headers.isEmpty()) {
            if (!HTTP.contains(scheme(uri))) {
                throw new Invalid("headers are given with a url of another scheme; allowed: with an http or https URL");
            }
            try {
                checked = new SourceHeaders(headers);
            } catch (IllegalArgumentException invalid) {
                throw new Invalid("headers contains " + invalid.getMessage() + ", which is not allowed; allowed: "
                        + SourceHeaders.ALLOWED);
            }
        }
        String transport = rtspTransport == null || rtspTransport.isBlank() ? "auto" : rtspTransport.strip();
        RtspTransport selected = switch (transport) {
            case "auto" -> RtspTransport.AUTO;
            case "tcp" -> RtspTransport.TCP;
            case "udp" -> RtspTransport.UDP;
            default -> throw new Invalid("rtsp-transport", transport, "auto, tcp or udp");
        };
        boolean possible = selected == RtspTransport.AUTO
                || (RTSP.contains(scheme(uri))
                        && (selected == RtspTransport.TCP || !scheme(uri).equals("rtsps")));
        if (!possible) {
            throw new Invalid("rtsp-transport", transport, "tcp with an rtsp or rtsps URL, udp with an rtsp URL");
        }
        return new NetworkOptions(checked, selected);
    }

    private static URI parse(String member, String value, String allowed) throws Invalid {
        try {
            return new URI(value.strip());
        } catch (URISyntaxException malformed) {
            String wrong = SourceCredentials.unencoded(value.strip(), malformed.getIndex());
            String credentials = value.contains("@") ? SourceCredentials.ENCODING : "";
            throw new Invalid(member + " is malformed" + wrong + "; allowed: " + allowed + credentials);
        }
    }

    /** Returns the id only, because the URL can contain credentials. */
    @Override
    public String toString() {
        return "ChannelSpec[" + id + "]";
    }

    private static String scheme(URI uri) {
        return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    }
}
