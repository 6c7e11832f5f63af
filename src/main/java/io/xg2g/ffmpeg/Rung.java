package io.xg2g.ffmpeg;

import java.util.List;

/**
 * Output of a unit: a rendition's specification applied to a source.
 *
 * @param spec the specification
 * @param width frame width in pixels, even
 * @param height frame height in pixels, even
 * @param frameRate frames per second; 0 if unknown
 * @param reduced whether frames of the source are dropped
 */
record Rung(RenditionSpec spec, int width, int height, double frameRate, boolean reduced) {
    private static final double TOLERANCE = 1.001;

    /** Returns whether each field becomes a frame: if the source is interlaced and a rung allows its field rate. */
    static boolean bobs(MediaInfo.Video video, List<RenditionSpec> specs) {
        return video.interlaced() && specs.stream().anyMatch(spec -> allows(spec, 2 * video.frameRate()));
    }

    /** Returns whether each field becomes a frame in a window of that grid. */
    static boolean bobs(MediaInfo.Video video, FrameGrid grid) {
        return video.interlaced() && grid.rate() > 1.5 * video.frameRate();
    }

    /** Returns whether a frame rate is within the rendition's limit. */
    static boolean allows(RenditionSpec spec, double rate) {
        return rate <= spec.maxFrameRate() * TOLERANCE;
    }

    /** Returns the outputs in the order of their specifications. */
    static List<Rung> of(MediaInfo.Video video, List<RenditionSpec> specs) {
        double rate = bobs(video, specs) ? 2 * video.frameRate() : video.frameRate();
        return specs.stream()
                .map(spec -> {
                    Size size = Size.fit(video, spec.height());
                    boolean reduced = !allows(spec, rate);
                    double reducedRate = reduced ? reduce(rate, spec.maxFrameRate()) : rate;
                    return new Rung(spec, size.width(), size.height(), reducedRate, reduced);
                })
                .toList();
    }

    /** Returns the outputs of a window in the order of their specifications. */
    static List<Rung> of(MediaInfo.Video video, List<RenditionSpec> specs, FrameGrid grid) {
        return specs.stream()
                .map(spec -> {
                    Size size = Size.fit(video, spec.height());
                    int step = grid.step(spec);
                    return new Rung(spec, size.width(), size.height(), grid.rate() / step, step > 1);
                })
                .toList();
    }

    /** Returns an integer fraction of the rate if that is at least 75 % of the limit, else the limit. */
    private static double reduce(double rate, int limit) {
        double even = rate / Math.ceil(rate / (limit * TOLERANCE));
        return even >= limit * 0.75 ? even : limit;
    }

    /** Returns the number of frames in two seconds, the keyframe interval. */
    int gop() {
        return frameRate > 0 ? Math.max(1, (int) Math.round(frameRate * 2)) : 120;
    }

    /** Frame size in square pixels. */
    record Size(int width, int height) {
        /** Returns the size of a source scaled down to a height, in square pixels, both sides even. */
        static Size fit(MediaInfo.Video video, int height) {
            boolean rotated = video.rotation() % 180 != 0;
            double displayWidth = rotated ? video.height() : video.width() * video.sampleAspectRatio();
            double displayHeight = rotated ? video.width() * video.sampleAspectRatio() : video.height();
            double scale = Math.min(1, height / displayHeight);
            return new Size(even(displayWidth * scale), even(displayHeight * scale));
        }

        private static int even(double length) {
            return Math.max(2, 2 * (int) Math.round(length / 2));
        }
    }
}
