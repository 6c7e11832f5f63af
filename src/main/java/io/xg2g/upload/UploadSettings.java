package io.xg2g.upload;

import io.xg2g.config.ConfigBounds;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Validated form of {@link UploadConfig}. */
@Singleton
class UploadSettings {
    private static final String PREFIX = "xg2g.upload.";
    private static final String HIDDEN = "a value that is not shown";
    private static final String ALL = "all";
    private static final Pattern CHANNEL = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");
    private static final Pattern REGION = Pattern.compile("[a-z0-9-]{1,64}");
    private static final Pattern KEYS = Pattern.compile("[A-Za-z0-9._~/-]{0,500}");

    /** Keys of a bucket. */
    record S3Keys(String accessKey, String secretKey, String region) {
        @Override
        public String toString() {
            return "S3Keys[region=" + region + "]";
        }
    }

    /** Address and credentials of the target; at most one of the credentials is present. */
    record Address(URI base, Optional<String> authorization, Optional<S3Keys> keys) {
        /** Returns the address only. */
        @Override
        public String toString() {
            return base.toString();
        }
    }

    /** What is uploaded. */
    record Selection(boolean all, Set<String> channels, Set<String> premium, boolean keepRunning) {
        boolean includes(String channel) {
            return all || channels.contains(channel);
        }
    }

    /** Bounds; described in {@link UploadConfig}. */
    record Bounds(int parallel, long maxBytes, long maxResultBytes, long memory, Duration maxAge) {}

    private final Optional<Address> target;
    private final Selection selection;
    private final Bounds bounds;
    private final Duration timeout;
    private final boolean deleteOld;

    @Inject
    UploadSettings(UploadConfig config) {
        target = target(config);
        selection = selection(config);
        bounds = new Bounds(
                (int) ConfigBounds.number(PREFIX + "parallel", config.parallel(), 1, 64),
                ConfigBounds.number(PREFIX + "max-bytes", config.maxBytes().asLongValue(), 64L << 20, 1L << 40),
                ConfigBounds.number(
                        PREFIX + "max-result-bytes", config.maxResultBytes().asLongValue(), 1L << 20, 1L << 44),
                ConfigBounds.number(PREFIX + "memory", config.memory().asLongValue(), 16L << 20, 4L << 30),
                ConfigBounds.duration(
                        PREFIX + "max-age", config.maxAge(), Duration.ofSeconds(10), Duration.ofDays(30)));
        timeout = ConfigBounds.duration(
                PREFIX + "timeout", config.timeout(), Duration.ofSeconds(1), Duration.ofMinutes(10));
        deleteOld = config.deleteOld();
    }

    /** Returns where to upload; empty if nothing is uploaded. */
    Optional<Address> target() {
        return target;
    }

    Selection selection() {
        return selection;
    }

    Bounds bounds() {
        return bounds;
    }

    Duration timeout() {
        return timeout;
    }

    boolean deleteOld() {
        return deleteOld;
    }

    private static Optional<Address> target(UploadConfig config) {
        Optional<String> authorization = authorization(config);
        Optional<Address> bucket = bucket(config.s3());
        if (config.url().isEmpty()) {
            return bucket;
        }
        if (bucket.isPresent()) {
            throw ConfigBounds.outside(PREFIX + "url", "present", "either this or " + PREFIX + "s3.bucket, not both");
        }
        URI base = url(PREFIX + "url", config.url().get(), true);
        return Optional.of(new Address(base, authorization, Optional.empty()));
    }

    private static Optional<String> authorization(UploadConfig config) {
        Optional<String> username = config.username();
        if (username.isEmpty() && config.password().isPresent()) {
            throw ConfigBounds.outside(PREFIX + "username", "missing", "a name where there is a password");
        }
        if (username.isPresent() && username.get().contains(":")) {
            throw ConfigBounds.outside(PREFIX + "username", HIDDEN, "a name without a colon");
        }
        if (username.isPresent() && config.token().isPresent()) {
            throw ConfigBounds.outside(PREFIX + "token", HIDDEN, "none where there is " + PREFIX + "username");
        }
        if (!config.token().orElse("t").matches("[\\x21-\\x7e]+")) {
            throw ConfigBounds.outside(PREFIX + "token", HIDDEN, "visible ASCII characters without blanks");
        }
        return username.map(name -> Authorizations.basic(name, config.password().orElse("")))
                .or(() -> config.token().map(Authorizations::bearer));
    }

    private static Optional<Address> bucket(UploadConfig.S3 s3) {
        String key = PREFIX + "s3.";
        String region = matching(key + "region", s3.region(), REGION, "1 to 64 lower-case letters, digits and hyphens");
        String prefix =
                matching(key + "prefix", s3.prefix().orElse(""), KEYS, "500 letters, digits and . _ ~ / - at most");
        URI endpoint = url(key + "endpoint", s3.endpoint().orElse("https://s3." + region + ".amazonaws.com"), false);
        if (s3.bucket().isEmpty()) {
            return Optional.empty();
        }
        String bucket = matching(
                key + "bucket",
                s3.bucket().get(),
                BUCKET,
                "3 to 63 lower-case letters, digits, dots and hyphens, letters or digits at both ends");
        if (s3.accessKey().isEmpty() || s3.secretKey().isEmpty()) {
            throw ConfigBounds.outside(
                    key + (s3.accessKey().isEmpty() ? "access-key" : "secret-key"), "missing", "the key of the bucket");
        }
        String host = s3.pathStyle() ? endpoint.getRawAuthority() : bucket + "." + endpoint.getRawAuthority();
        String path = "/" + (s3.pathStyle() ? bucket + "/" : "") + directory(prefix);
        return Optional.of(new Address(
                URI.create(endpoint.getScheme() + "://" + host + path),
                Optional.empty(),
                Optional.of(new S3Keys(s3.accessKey().get(), s3.secretKey().get(), region))));
    }

    private static String matching(String key, String value, Pattern allowed, String description) {
        if (!allowed.matcher(value).matches()) {
            throw ConfigBounds.outside(key, "«" + value + "»", description);
        }
        return value;
    }

    /** Returns a path without slashes at its beginning and with one at its end, or an empty one. */
    private static String directory(String path) {
        String stripped = path.replaceAll("^/+|/+$", "");
        return stripped.isEmpty() ? "" : stripped + "/";
    }

    private static URI url(String key, String value, boolean withPath) {
        String allowed = "http:// or https://, a host, and possibly a port" + (withPath ? " and a path" : "")
                + "; no query or fragment, and no user: that belongs into username and password";
        try {
            URI url = new URI(value.strip());
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            boolean bare = url.getRawUserInfo() == null && url.getRawQuery() == null && url.getRawFragment() == null;
            String path = directory(url.getRawPath() == null ? "" : url.getRawPath());
            if (web && url.getHost() != null && bare && (withPath || path.isEmpty())) {
                return new URI(url.getScheme() + "://" + url.getRawAuthority() + "/" + path).normalize();
            }
        } catch (URISyntaxException malformed) {
            // Reported below without the message of the exception, which may contain a password.
        }
        throw ConfigBounds.outside(key, value.contains("@") ? HIDDEN : "«" + value + "»", allowed);
    }

    private static Selection selection(UploadConfig config) {
        Set<String> channels = ids(PREFIX + "channels", config.channels(), true);
        Set<String> premium = ids(PREFIX + "premium", config.premium().orElse(List.of()), false);
        boolean all = channels.contains(ALL);
        if (all && channels.size() > 1) {
            throw ConfigBounds.outside(PREFIX + "channels", String.join(",", channels), "all, or ids");
        }
        return new Selection(all, all ? Set.of() : channels, premium, config.keepRunning());
    }

    private static Set<String> ids(String key, List<String> ids, boolean orAll) {
        for (String id : ids) {
            if (!CHANNEL.matcher(id).matches()) {
                throw ConfigBounds.outside(key, "«" + id + "»", "ids of channels" + (orAll ? ", or all" : ""));
            }
        }
        return Collections.unmodifiableSet(new TreeSet<>(ids));
    }
}
