package io.xg2g.ffmpeg;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.xg2g.gpu.Device;
import java.time.Duration;

/**
 * Formats that the decoder of a device has failed on and software has not. They are decoded in software for a while, so that each window
 * of such a channel starts one process and not two; after it the device is tried again, since a damaged input is no property of the
 * format. Thread-safe.
 */
final class UndecodedFormats {
    static final Duration KEPT = Duration.ofMinutes(10);
    private static final int MOST = 1000;

    private record Format(String device, String codec, String pixelFormat, int width, int height) {
        static Format of(Device device, MediaInfo.Video video) {
            return new Format(device.id(), video.codec(), video.pixelFormat(), video.width(), video.height());
        }
    }

    private final Cache<Format, Boolean> failed;

    UndecodedFormats() {
        this(Caffeine.newBuilder());
    }

    /**
     * Creates an empty set.
     *
     * @param caches with the clock and the executor of the set
     */
    UndecodedFormats(Caffeine<Object, Object> caches) {
        failed = caches.maximumSize(MOST).expireAfterWrite(KEPT).build();
    }

    void add(Device device, MediaInfo.Video video) {
        failed.put(Format.of(device, video), true);
    }

    boolean contains(Device device, MediaInfo.Video video) {
        return failed.getIfPresent(Format.of(device, video)) != null;
    }
}
