package io.xg2g.ffmpeg;

import java.util.List;

/**
 * Estimated cost of live windows in the unit of {@link DeviceReport.EncoderReport#speed}: 1 is the cost of transcoding
 * 1080-line video to 720p in real time. It is derived from the number of pixels and ignores the complexity of the video.
 */
public final class EncodingCost {
    /** Cost of a decoded pixel relative to an encoded one, with deinterlacing and scaling. */
    private static final double DECODED = 0.25;

    private static final double UNIT = 1280 * 720 * 25 + DECODED * 1920 * 1080 * 25;

    private EncodingCost() {}

    /**
     * Returns the cost of encoding renditions of a source in one run.
     *
     * @param grid frames of a window
     */
    public static double of(MediaInfo.Video video, FrameGrid grid, List<RenditionSpec> specs) {
        double encoded = Rung.of(video, specs, grid).stream()
                .mapToDouble(rung -> rung.width() * (double) rung.height() * rung.frameRate())
                .sum();
        return (encoded + DECODED * video.width() * video.height() * grid.rate()) / UNIT;
    }
}
