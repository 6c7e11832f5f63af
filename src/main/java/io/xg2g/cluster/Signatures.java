package io.xg2g.cluster;

import io.xg2g.http.HmacSha256;
import io.xg2g.schedule.TimeSource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * HMAC-SHA256 signatures of what the members of a cluster ask each other, with keys derived from {@code xg2g.cluster.secret}.
 *
 * <p>A request has either a header, {@code Xg2g-Signature: name time mac}, which is valid for {@link #TOLERANCE} before and after
 * its time, or a URL with the query {@code expires=…&signature=…}, made for a member that passes it on. Both cover the method and
 * the path; the header covers the query and the header {@value #FORWARDED}, too. Thread-safe.
 */
@Singleton
public class Signatures {
    /** Header with the signature of a request. */
    public static final String HEADER = "Xg2g-Signature";

    /** Header of a response to a request that has no valid signature. */
    public static final String REFUSED = "Xg2g-Refused";

    /** Header with what a gateway tells another one about a request that it forwards; covered by the signature. */
    public static final String FORWARDED = "Xg2g-Forwarded";

    /** Maximum difference of the clocks of two members. */
    static final Duration TOLERANCE = Duration.ofSeconds(30);

    private static final String REQUEST = "request";
    private static final String URL = "url";
    private static final Pattern HEADER_VALUE = Pattern.compile("([a-z0-9-]{1,63}) (\\d{1,15}) ([0-9a-f]{64})");
    private static final Pattern SIGNED_URL = Pattern.compile("([^?]*)\\?expires=(\\d{1,15})&signature=([0-9a-f]{64})");

    /** Result of a check. */
    public sealed interface Check {

        /**
         * The request is a member's.
         *
         * @param member its name; empty for a signed URL
         */
        record Valid(String member) implements Check {}

        /**
         * The request is refused.
         *
         * @param reason for the log and the answer
         */
        record Refused(String reason) implements Check {}
    }

    private final String member;
    private final String secret;
    private final InstantSource time;

    @Inject
    Signatures(ClusterSettings settings) {
        this(
                settings.shared().map(ClusterSettings.Shared::name).orElse(""),
                settings.shared().map(ClusterSettings.Shared::secret).orElse(""),
                TimeSource.SYSTEM);
    }

    /**
     * Creates one.
     *
     * @param member name of this member
     * @param secret of the cluster; empty outside of one, where nothing can be signed
     */
    public Signatures(String member, String secret, InstantSource time) {
        this.member = member;
        this.secret = secret;
        this.time = time;
    }

    /**
     * Returns a key for one purpose, in lower-case hexadecimal: the same on all members, and of no use for another purpose.
     *
     * @throws IllegalStateException outside of a cluster
     */
    public String key(String purpose) {
        if (secret.isEmpty()) {
            throw new IllegalStateException("a program on its own has no secret of a cluster");
        }
        return HmacSha256.of(secret, purpose);
    }

    /** Returns the MAC of a text, in lower-case hexadecimal, with the {@link #key} for a purpose. */
    public String mac(String purpose, String text) {
        return HmacSha256.of(key(purpose), text);
    }

    /** Returns whether a MAC is that of a text; in constant time. */
    public boolean isMac(String purpose, String text, String mac) {
        return MessageDigest.isEqual(
                mac(purpose, text).getBytes(StandardCharsets.UTF_8), mac.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Signs a request of this member.
     *
     * @param uri path with query
     * @param forwarded value of {@value #FORWARDED}, or {@code null}
     * @return value of the header {@value #HEADER}
     */
    public String header(String method, String uri, @Nullable String forwarded) {
        String sent = member + " " + time.millis();
        return sent + " " + mac(REQUEST, text(sent, method, uri, forwarded));
    }

    /**
     * Signs a URL for a request by a member that gets it from this one.
     *
     * @param path without query
     * @return the path with its signature in the query
     */
    public String url(String method, String path, Duration validity) {
        long expires = time.instant().plus(validity).toEpochMilli();
        return path + "?expires=" + expires + "&signature=" + mac(URL, text("" + expires, method, path, null));
    }

    /**
     * Checks a request.
     *
     * @param uri path with query
     * @param header value of {@value #HEADER}, or {@code null}
     * @param forwarded value of {@value #FORWARDED}, or {@code null}
     */
    public Check check(String method, String uri, @Nullable String header, @Nullable String forwarded) {
        return header == null ? checkUrl(method, uri, forwarded) : checkHeader(method, uri, header, forwarded);
    }

    private Check checkHeader(String method, String uri, String header, @Nullable String forwarded) {
        Matcher value = HEADER_VALUE.matcher(header);
        if (!value.matches()) {
            return new Check.Refused("the signature is malformed");
        }
        String sent = value.group(1) + " " + value.group(2);
        if (!isMac(REQUEST, text(sent, method, uri, forwarded), value.group(3))) {
            return new Check.Refused("the signature is wrong: members need the same xg2g.cluster.secret");
        }
        Duration late = Duration.between(Instant.ofEpochMilli(Long.parseLong(value.group(2))), time.instant());
        return late.abs().compareTo(TOLERANCE) > 0
                ? new Check.Refused("the clocks of the members differ by "
                        + late.abs().toSeconds() + " s; at most " + TOLERANCE.toSeconds() + " s are allowed")
                : new Check.Valid(value.group(1));
    }

    private Check checkUrl(String method, String uri, @Nullable String forwarded) {
        Matcher url = SIGNED_URL.matcher(uri);
        if (forwarded != null || !url.matches()) {
            return new Check.Refused("the request is not signed");
        }
        if (!isMac(URL, text(url.group(2), method, url.group(1), null), url.group(3))) {
            return new Check.Refused("the signature of the URL is wrong");
        }
        return time.millis() > Long.parseLong(url.group(2))
                ? new Check.Refused("the URL has expired")
                : new Check.Valid("");
    }

    private static String text(String sent, String method, String uri, @Nullable String forwarded) {
        return sent + "\n" + method + "\n" + uri + "\n" + (forwarded == null ? "" : forwarded);
    }
}
