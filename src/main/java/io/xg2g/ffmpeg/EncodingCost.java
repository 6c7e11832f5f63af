package io.xg2g.ffmpeg;

import java.util.List;

/**
 * What live windows cost a device, in the unit that the probe measures its speed in ({@link DeviceReport.EncoderReport#speed}):
 * 1 is what 1080-line video costs that is turned into 720p as it plays. An estimate from the number of pixels; it knows
 * nothing of how hard the pictures are to encode.
 */
public final class EncodingCost {
    /** What a decoded pixel costs beside one that is encoded; deinterlacing and scaling included. */
    private static final double DECODED = 0.25;

    private static final double UNIT = 1280 * 720 * 25 + DECODED * 1920 * 1080 * 25;

    private EncodingCost() {}

    /**
     * Of these renditions of a source, made in one run.
     *
     * @param grid the frames of a window
     */
    public static double of(MediaInfo.Video video, FrameGrid grid, List<RenditionSpec> specs) {
        double encoded = Rung.of(video, specs, grid).stream()
                .mapToDouble(rung -> rung.width() * (double) rung.height() * rung.frameRate())
                .sum();
        return (encoded + DECODED * video.width() * video.height() * grid.rate()) / UNIT;
    }
}
