package io.xg2g.ffmpeg;

import java.util.List;

/**
 * Estimated cost of live windows in the unit of {@link DeviceReport.EncoderReport#speed}: 1 is what the probe's clip costs in real
 * time, 1080 lines with little detail, to 720p.
 *
 * <p>The constants are nanoseconds of processor time for each pixel, fitted to measurements of libx264 with broadcast-like sources
 * in windows of two seconds; with them the cost is at most 9 % too low and 22 % too high. With a GPU the sums for complete
 * ladders fit, too.
 */
public final class EncodingCost {
    /** Pixel of the source, with the frames that are decoded before the window. */
    private static final double DECODED = 4.5;

    /** Pixel of a deinterlaced frame. */
    private static final double DEINTERLACED = 2.5;

    /** Pixel of a frame that is scaled. */
    private static final double SCALED = 0.6;

    /** Pixel of a rendition. */
    private static final double ENCODED = 9.5;

    /** Start of the process, for each second of a window. */
    private static final double START = 0.04e9;

    /** The probe's clip, for each second of it. */
    private static final double PROBED = 0.42e9;

    private EncodingCost() {}

    /**
     * Returns the cost of encoding renditions of a source in one run.
     *
     * @param grid frames of a window at the full frame rate
     */
    public static double of(MediaInfo.Video video, FrameGrid grid, List<RenditionSpec> specs) {
        FrameGrid fitting = grid.fitting(video, specs);
        double frame = video.width() * (double) video.height();
        double sourceRate = Rung.bobs(video, grid) ? grid.rate() / 2 : grid.rate();
        double cost = START + DECODED * frame * sourceRate;
        if (video.interlaced()) {
            cost += DEINTERLACED * frame * fitting.rate();
        }
        for (Rung rung : Rung.of(video, specs, fitting)) {
            boolean scaled = rung.width() != video.width() || rung.height() != video.height();
            cost += (scaled ? SCALED * frame * rung.frameRate() : 0)
                    + ENCODED * rung.width() * rung.height() * rung.frameRate();
        }
        return cost / PROBED;
    }
}
