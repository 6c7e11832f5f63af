package io.xg2g.ffmpeg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.xg2g.gpu.Device;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * Formats that the decoder of a device has failed on, {@value #FAILURES} times without a success in between, and software has not. They are
 * decoded in software for a while, so that each window of such a channel starts one process and not two; after it the device is tried
 * again, since a damaged input is no property of the format. Thread-safe.
 */
final class UndecodedFormats {
    private static final Logger LOG = Logger.getLogger(UndecodedFormats.class);
    static final Duration KEPT = Duration.ofMinutes(10);
    static final int FAILURES = 3;
    private static final int MOST = 1000;

    private record Format(String device, String codec, String pixelFormat, int width, int height) {
        static Format of(Device device, MediaInfo.Video video) {
            return new Format(device.id(), video.codec(), video.pixelFormat(), video.width(), video.height());
        }
    }

    private final Cache<Format, Integer> failures;

    UndecodedFormats() {
        this(Caffeine.newBuilder());
    }

    /**
     * Creates an empty set.
     *
     * @param caches with the clock and the executor of the set
     */
    UndecodedFormats(Caffeine<Object, Object> caches) {
        failures = caches.maximumSize(MOST).expireAfterWrite(KEPT).build();
    }

    /** The device has failed on an input that software has decoded. */
    void failed(Device device, MediaInfo.Video video) {
        Format format = Format.of(device, video);
        if (failures.asMap().merge(format, 1, Integer::sum) == FAILURES) {
            LOG.infof("the device does not decode a format, software does: %s", format);
        }
    }

    /** The device has decoded an input. */
    void decoded(Device device, MediaInfo.Video video) {
        failures.invalidate(Format.of(device, video));
    }

    boolean contains(Device device, MediaInfo.Video video) {
        Integer count = failures.getIfPresent(Format.of(device, video));
        return count != null && count >= FAILURES;
    }
}
