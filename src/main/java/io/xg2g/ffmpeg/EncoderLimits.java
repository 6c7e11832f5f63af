package io.xg2g.ffmpeg;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Check of encoder and container limits before a run, so that exceeding them is not taken for a device fault. */
final class EncoderLimits {
    private EncoderLimits() {}

    /** Returns the failure if the rungs exceed a limit. */
    static Optional<Failure> of(Container container, List<Rung> rungs, Encoder encoder) {
        for (Rung rung : rungs) {
            Codec codec = rung.spec().codec();
            if (codec != encoder.codec()) {
                return unsupported("the renditions of one profile must have one codec");
            }
            if (!container.carries(codec)) {
                return unsupported(name(codec) + " is not supported in " + container.contentType() + "; request "
                        + Container.MP4.contentType());
            }
            String size = rung.width() + "x" + rung.height();
            if (rung.width() > encoder.maxWidth()) {
                return unsupported(String.format(
                        Locale.ROOT,
                        "the frame size of rendition %s would be %s; the maximum width of %s is %d",
                        rung.spec().name(),
                        size,
                        encoder.ffmpegName(),
                        encoder.maxWidth()));
            }
            if (Math.min(rung.width(), rung.height()) < encoder.minSide()) {
                return unsupported(String.format(
                        Locale.ROOT,
                        "the frame size of rendition %s would be %s; %s requires at least %d pixels on each side",
                        rung.spec().name(),
                        size,
                        encoder.ffmpegName(),
                        encoder.minSide()));
            }
        }
        return Optional.empty();
    }

    private static String name(Codec codec) {
        return codec.name().toLowerCase(Locale.ROOT);
    }

    private static Optional<Failure> unsupported(String sentence) {
        return Optional.of(Failure.unsupported(sentence));
    }
}
