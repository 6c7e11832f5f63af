package io.xg2g.channel;

import io.xg2g.ingest.Source;
import io.xg2g.redaction.Redaction;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A channel as somebody describes it, and as it is kept in a file.
 *
 * @param id its name in URLs
 * @param name what people call it; the id where it is left out
 * @param group the group it is listed in
 * @param logo URL of its logo
 * @param url where its pictures come from
 * @param username the user of the source, where the URL does not name it
 * @param password that user's password, as it is
 */
@Schema(name = "ChannelSpec")
record ChannelSpec(
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
        String password) {

    private static final Set<String> SCHEMES = Set.of("http", "https", "rtsp", "rtsps", "srt", "udp");
    private static final String ALLOWED_URL = "an http, https, rtsp, rtsps, srt or udp URL with a host";
    private static final int LONGEST_TEXT = 200;
    private static final int LONGEST_URL = 2000;

    /** What is wrong with a description: which member, and what is allowed. */
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1;

        Invalid(String member, @Nullable String value, String allowed) {
            super(member + " is " + (value == null ? "missing or malformed" : "«" + Redaction.text(value) + "»")
                    + "; allowed: " + allowed);
        }

        Invalid(String sentence) {
            super(sentence);
        }

        /** The sentence. */
        String sentence() {
            return String.valueOf(getMessage());
        }
    }

    /**
     * Checks the description. Whether a client's source may be fetched is another question.
     *
     * @param trusted whether the operator has written it, who may name files as well
     */
    Channel channel(Channel.Origin origin, boolean trusted) throws Invalid {
        if (id == null || !id.matches(Channel.ID)) {
            throw new Invalid(
                    "id",
                    id,
                    "1 to 64 lower-case letters, digits, hyphens or underscores, the first a letter or digit");
        }
        return new Channel(
                id, text("name", name, id), text("group", group, "Channels"), logoAddress(), source(trusted), origin);
    }

    private static String text(String member, @Nullable String value, String otherwise) throws Invalid {
        if (value == null || value.isBlank()) {
            return otherwise;
        }
        if (value.length() > LONGEST_TEXT || !PlaylistText.line(value).equals(value)) {
            throw new Invalid(
                    member,
                    value,
                    "1 to " + LONGEST_TEXT + " characters without control characters and line separators");
        }
        return value.strip();
    }

    private Optional<URI> logoAddress() throws Invalid {
        if (logo == null || logo.isBlank()) {
            return Optional.empty();
        }
        if (logo.length() > LONGEST_URL) {
            throw new Invalid("logo", null, "an http or https URL of " + LONGEST_URL + " characters at most");
        }
        URI uri = parse("logo", logo, "an http or https URL");
        if (!Set.of("http", "https").contains(scheme(uri)) || uri.getHost() == null) {
            throw new Invalid("logo", logo, "an http or https URL");
        }
        return Optional.of(uri);
    }

    private Source source(boolean trusted) throws Invalid {
        String allowed = trusted ? ALLOWED_URL + ", or file: and an absolute path" : ALLOWED_URL;
        if (url == null || url.isBlank() || url.length() > LONGEST_URL) {
            throw new Invalid("url", null, allowed + ", of " + LONGEST_URL + " characters at most");
        }
        if (SourceCredentials.areUnencoded(url)) {
            throw new Invalid("url", null, allowed + SourceCredentials.ENCODING);
        }
        URI uri = parse("url", url, url.contains("@") ? allowed + SourceCredentials.ENCODING : allowed);
        uri = SourceCredentials.into(uri, username, password);
        if (!trusted) {
            if (uri.getScheme() == null || (SCHEMES.contains(scheme(uri)) && uri.getRawAuthority() == null)) {
                throw new Invalid("url", null, allowed);
            }
            return new Source.Network(uri, false);
        }
        if (scheme(uri).equals("file") && uri.getPath() != null && uri.getPath().startsWith("/")) {
            return new Source.Loop(Path.of(uri.getPath()));
        }
        // udp://@239.0.0.1:5000 is how players write a multicast group.
        boolean host = uri.getHost() != null || (scheme(uri).equals("udp") && uri.getRawAuthority() != null);
        if (!SCHEMES.contains(scheme(uri)) || !host) {
            throw new Invalid(
                    "url", url, SourceCredentials.mayBeUnencoded(url) ? allowed + SourceCredentials.ENCODING : allowed);
        }
        return new Source.Network(uri, true);
    }

    private static URI parse(String member, String value, String allowed) throws Invalid {
        try {
            return new URI(value.strip());
        } catch (URISyntaxException malformed) {
            throw new Invalid(member, null, allowed);
        }
    }

    /** The id alone: everything about a source may be a secret. */
    @Override
    public String toString() {
        return "ChannelSpec[" + id + "]";
    }

    private static String scheme(URI uri) {
        return uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    }
}
