package io.xg2g.transcode;

import io.xg2g.storage.Sha256;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous request before it is accepted.
 *
 * @param client key of the client
 * @param service absolute URL at which the client reached the service
 * @param source URL that the input is fetched from, or {@code null} if the request has a body
 * @param callback URL that is notified of the end, or {@code null}
 * @param idempotencyKey key of the client for this request, or {@code null}
 * @param upload requested upload of the result, or {@code null}
 */
record JobSubmission(
        TranscodeOptions options,
        String client,
        String service,
        @Nullable String source,
        @Nullable String callback,
        @Nullable String idempotencyKey,
        @Nullable UploadOption upload) {

    /**
     * Returns a fingerprint of the request: a digest of its parameters and of its content.
     *
     * @param content digest of the body; empty without one
     */
    String fingerprint(byte[] content) {
        MessageDigest digest = Sha256.begin();
        for (Object part : new Object[] {
            options.profile().name(),
            options.priority(),
            Objects.requireNonNullElse(options.stream(), ""),
            options.container().map(Enum::name).orElse(""),
            Objects.requireNonNullElse(source, ""),
            Objects.requireNonNullElse(callback, "")
        }) {
            digest.update(part.toString().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        if (upload != null) {
            // Without one, fingerprints are those of programs that do not know of uploads.
            digest.update(("upload " + Objects.requireNonNullElse(upload.path(), "")).getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        digest.update(content);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Returns the path before those of the service at {@link #service}. */
    String prefix() {
        return URI.create(service).getRawPath();
    }

    JobRequest request(String id, int level, long created, String fingerprint) {
        return new JobRequest(
                id,
                client,
                options.profile().name(),
                options.priority().name(),
                options.stream(),
                options.container().map(Enum::name).orElse(null),
                level,
                created,
                idempotencyKey,
                fingerprint,
                source,
                callback,
                service,
                upload == null ? null : upload.directory(id));
    }
}
