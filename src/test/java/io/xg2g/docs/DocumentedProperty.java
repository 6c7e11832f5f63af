package io.xg2g.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A row of docs/configuration.md, with values for it. */
public record DocumentedProperty(String property, String variable, String defaultValue, String type, String meaning) {
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(xg2g[^`]*)`<br>`(XG2G_[^`]*)` \\| `?([^|`]*)`? \\| (.*?) \\| (.*) \\|$");

    /** Values of text properties without a default. */
    private static final Map<String, String> LEGAL = Map.ofEntries(
            Map.entry("xg2g.cameras.\"name\".url", "rtsp://192.0.2.7/stream1"),
            // Instead of a URL.
            Map.entry("xg2g.cameras.\"name\".channel", ""),
            Map.entry("xg2g.ffmpeg.max-memory", "4G"),
            Map.entry("xg2g.ffmpeg.user", "nobody"),
            Map.entry("xg2g.http.trusted-proxies", "10.0.0.0/8,2001:db8::7"),
            Map.entry("xg2g.http.public-url", "https://tv.example.org:8443/xg2g"),
            Map.entry("xg2g.live.audio-languages", "de,eng"),
            Map.entry("xg2g.live.channels.\"name\".url", "rtsp://192.0.2.7/stream1"),
            Map.entry("xg2g.live.channels.\"name\".logo", "https://example.org/logo.png"),
            Map.entry("xg2g.live.channels.\"name\".program", "17"),
            Map.entry("xg2g.live.channels.\"name\".number", "7"),
            // Of an HTTP source.
            Map.entry("xg2g.live.channels.\"name\".headers.\"name\"", ""),
            Map.entry("xg2g.receivers.\"name\".url", "http://192.0.2.7"),
            Map.entry("xg2g.security.token-file", "src/test/resources/none"),
            Map.entry("xg2g.transcode.callback.secret", "x".repeat(32)),
            Map.entry("xg2g.security.oidc.issuer", "http://127.0.0.1:9/realms/tv"),
            Map.entry("xg2g.security.playback.keys", "may:" + "A".repeat(43) + "="),
            Map.entry("xg2g.cluster.ca-file", "src/test/resources/io/xg2g/docs/authority.pem"),
            Map.entry("xg2g.cluster.name", "gateway-0"),
            Map.entry("xg2g.cluster.address", "gateway-0.example.org"),
            Map.entry("xg2g.cluster.secret", "0123456789abcdef0123456789abcdef"),
            Map.entry("xg2g.cluster.broker.url", "amqp://192.0.2.7:5672"),
            Map.entry("xg2g.cluster.redis.url", "redis://192.0.2.7:6379/1"),
            Map.entry("xg2g.camera-outputs.ca-file", "src/test/resources/io/xg2g/docs/authority.pem"),
            Map.entry("xg2g.camera-outputs.redis.url", "redis://192.0.2.7:6379/1"),
            Map.entry("xg2g.camera-outputs.broker.url", "amqp://192.0.2.7:5672/cameras"),
            // Instead of a bucket, and of a user name.
            Map.entry("xg2g.upload.url", ""),
            Map.entry("xg2g.upload.token", ""),
            Map.entry("xg2g.upload.premium", "news"),
            Map.entry("xg2g.upload.s3.endpoint", "https://s3.example.org"),
            Map.entry("xg2g.upload.s3.prefix", "live/"),
            Map.entry("xg2g.security.tokens.\"name\".sha256", "0".repeat(64)),
            Map.entry("xg2g.security.tokens.\"name\".role", "viewer"),
            Map.entry("xg2g.security.tokens.\"name\".expires", "2030-01-31T00:00:00Z"));

    /** Text properties with a restricted syntax. */
    private static final Map<String, String> ILLEGAL = Map.ofEntries(
            Map.entry("xg2g.camera.workers", "many"),
            Map.entry("xg2g.camera.buffer", "much"),
            Map.entry("xg2g.cameras.\"name\".url", "ftp://192.0.2.7/a"),
            Map.entry("xg2g.cameras.\"name\".channel", "A"),
            Map.entry("xg2g.cameras.\"name\".name", "x".repeat(201)),
            Map.entry("xg2g.cameras.\"name\".username", "a:b"),
            Map.entry("xg2g.cameras.\"name\".quality", "1"),
            Map.entry("xg2g.cameras.\"name\".size", "huge"),
            Map.entry("xg2g.cameras.\"name\".transport", "quic"),
            Map.entry("xg2g.cluster.name", "a.b"),
            Map.entry("xg2g.cluster.address", "a b"),
            Map.entry("xg2g.cluster.host", "a b"),
            Map.entry("xg2g.cluster.secret", "short"),
            Map.entry("xg2g.cluster.broker.url", "http://192.0.2.7"),
            Map.entry("xg2g.cluster.broker.address", "a b"),
            Map.entry("xg2g.cluster.redis.url", "http://192.0.2.7"),
            Map.entry("xg2g.cluster.redis.prefix", "a:b"),
            Map.entry("xg2g.camera-outputs.redis.url", "http://192.0.2.7"),
            Map.entry("xg2g.camera-outputs.redis.vhost", "a:b"),
            Map.entry("xg2g.camera-outputs.redis.prefix", "a b"),
            Map.entry("xg2g.camera-outputs.broker.url", "mqtt://192.0.2.7"),
            Map.entry("xg2g.camera-outputs.broker.protocol", "stomp"),
            Map.entry("xg2g.camera-outputs.broker.exchange", "a/b"),
            Map.entry("xg2g.camera-outputs.broker.metadata-exchange", "a/b"),
            Map.entry("xg2g.camera-outputs.broker.status-exchange", "a/b"),
            Map.entry("xg2g.camera-outputs.broker.address", "{key}"),
            Map.entry("xg2g.ffmpeg.software-preset", "ultrafast"),
            Map.entry("xg2g.ffmpeg.user", "root"),
            Map.entry("xg2g.gpu.queue.workers", "65"),
            Map.entry("xg2g.gpu.software.slots", "many"),
            Map.entry("xg2g.http.trusted-proxies", "10.0.0.0/99"),
            Map.entry("xg2g.http.forwarded-header", "via"),
            Map.entry("xg2g.http.public-url", "tv.example.org"),
            Map.entry("xg2g.live.max-streams", "many"),
            Map.entry("xg2g.live.channels.\"name\".url", "ftp://192.0.2.7/a"),
            Map.entry("xg2g.live.channels.\"name\".program", "65536"),
            Map.entry("xg2g.live.channels.\"name\".name", "x".repeat(201)),
            Map.entry("xg2g.live.channels.\"name\".group", "x".repeat(201)),
            Map.entry("xg2g.live.channels.\"name\".logo", "ftp://192.0.2.7/a"),
            Map.entry("xg2g.live.channels.\"name\".username", "a:b"),
            Map.entry("xg2g.live.channels.\"name\".rtsp-transport", "quic"),
            Map.entry("xg2g.live.audio-languages", "x_y"),
            Map.entry("xg2g.profiles.\"name\".codec", "vp9"),
            Map.entry("xg2g.receivers.\"name\".url", "ftp://192.0.2.7"),
            Map.entry("xg2g.receivers.\"name\".username", "a:b"),
            Map.entry("xg2g.security.playback.keys", "may:AAAA"),
            Map.entry("xg2g.security.tokens.\"name\".sha256", "zz"),
            Map.entry("xg2g.security.tokens.\"name\".role", "owner"),
            Map.entry("xg2g.security.tokens.\"name\".expires", "tomorrow"),
            Map.entry("xg2g.transcode.callback.secret", "x".repeat(31)),
            Map.entry("xg2g.source.allow", "://"),
            Map.entry("xg2g.upload.url", "ftp://192.0.2.7/"),
            Map.entry("xg2g.upload.username", "a:b"),
            Map.entry("xg2g.upload.token", "a b"),
            Map.entry("xg2g.upload.channels", "A"),
            Map.entry("xg2g.upload.premium", "A"),
            Map.entry("xg2g.upload.s3.bucket", "A"),
            Map.entry("xg2g.upload.s3.endpoint", "s3.example.org"),
            Map.entry("xg2g.upload.s3.prefix", "a b"),
            Map.entry("xg2g.upload.s3.region", "a b"));

    /** Every row. */
    public static List<DocumentedProperty> all() {
        try {
            return ROW.matcher(Files.readString(Path.of("docs/configuration.md")))
                    .results()
                    .map(row -> new DocumentedProperty(
                            row.group(1), row.group(2), row.group(3), row.group(4), row.group(5)))
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** Name of the property with a key in place of {@code "name"}. */
    public String property(String name) {
        return property.replace("\"name\"", name);
    }

    /** Name of the variable with a key in place of {@code NAME}. */
    public String variable(String name) {
        return variable.replace("__NAME_", "__" + name + "_");
    }

    /** A legal value. */
    public String legal() {
        if (LEGAL.containsKey(property)) {
            return LEGAL.get(property);
        }
        return defaultValue.startsWith("none") ? "some-text" : defaultValue;
    }

    /** An illegal value, if there is one. */
    public Optional<String> illegal() {
        return switch (type) {
            case "duration" -> Optional.of("9999h");
            case "size" -> Optional.of("9999T");
            case "whole number" -> Optional.of("2147483647");
            case "text", "list of text" -> Optional.ofNullable(ILLEGAL.get(property));
            case "path" -> Optional.empty();
            default -> Optional.of("nonsense");
        };
    }

    @Override
    public String toString() {
        return property;
    }
}
