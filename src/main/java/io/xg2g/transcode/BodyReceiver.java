package io.xg2g.transcode;

import io.quarkus.runtime.Startup;
import io.xg2g.config.ConfigBounds;
import io.xg2g.http.BodySpool;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.ProblemException;
import io.xg2g.problem.ProblemType;
import io.xg2g.process.WorkDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Receiver of media bodies, which are written to the disk. */
@ApplicationScoped
@Startup
class BodyReceiver {
    private static final String MAX_BODY = "xg2g.transcode.max-body";
    private static final String BODY_TIMEOUT = "xg2g.transcode.body-timeout";

    /** Types of containers that can hold video (RFC 4337, RFC 5334, RFC 4539), and of any bytes. */
    private static final List<String> APPLICATION_TYPES =
            List.of("application/mp4", "application/ogg", "application/mxf", MediaType.APPLICATION_OCTET_STREAM);

    private final BodySpool spool;

    BodyReceiver(WorkDirectory work, TranscodeConfig config) {
        this.spool = new BodySpool(
                new BodySpool.Limits(
                        ConfigBounds.number(MAX_BODY, config.maxBody().asLongValue(), 1, 1L << 40),
                        MAX_BODY,
                        ConfigBounds.duration(
                                BODY_TIMEOUT, config.bodyTimeout(), Duration.ofMillis(100), Duration.ofHours(1)),
                        BODY_TIMEOUT),
                () -> work.unavailable().map(DiskFailure::of));
    }

    /**
     * Checks the headers before the body is read.
     *
     * @param contentType media type of the request, or {@code null}
     * @param length Content-Length, or -1
     * @throws ProblemException if the type is not media, the length exceeds the limit, or the disk is full
     */
    void check(@Nullable MediaType contentType, long length) {
        if (contentType != null && !isMedia(contentType)) {
            throw ProblemType.UNSUPPORTED_TYPE
                    .with("Content-Type is " + contentType.getType() + "/" + contentType.getSubtype()
                            + "; allowed: video/*, " + String.join(", ", APPLICATION_TYPES))
                    .asException();
        }
        spool.check(length);
    }

    /**
     * Writes the body to a new file.
     *
     * @throws ProblemException see {@link BodySpool#receive}
     */
    void receive(InputStream body, Path file) {
        spool.receive(body, file);
    }

    private static boolean isMedia(MediaType type) {
        String name = (type.getType() + "/" + type.getSubtype()).toLowerCase(Locale.ROOT);
        return name.startsWith("video/") || APPLICATION_TYPES.contains(name);
    }
}
