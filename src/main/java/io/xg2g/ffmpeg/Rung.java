package io.xg2g.ffmpeg;

import java.util.List;

/**
 * One output of a unit, worked out for its source.
 *
 * @param spec what was asked for
 * @param width picture width in pixels, even
 * @param height picture height in pixels, even
 * @param frameRate frames a second; 0 where it is unknown
 * @param reduced whether the source has more frames, so that some are left out
 */
record Rung(RenditionSpec spec, int width, int height, double frameRate, boolean reduced) {
    private static final double SLACK = 1.001;

    /** Whether fields become frames: only if some rung wants that many frames, and the source is interlaced. */
    static boolean bobs(MediaInfo.Video video, List<RenditionSpec> specs) {
        return video.interlaced() && specs.stream().anyMatch(spec -> allows(spec, 2 * video.frameRate()));
    }

    /** The same for a window, whose rate was chosen before. */
    static boolean bobs(MediaInfo.Video video, FrameGrid grid) {
        return video.interlaced() && grid.rate() > 1.5 * video.frameRate();
    }

    /** Whether that many frames a second are within the rendition's limit. */
    static boolean allows(RenditionSpec spec, double rate) {
        return rate <= spec.maxFrameRate() * SLACK;
    }

    /** Works out the outputs, in the order of their specifications. */
    static List<Rung> of(MediaInfo.Video video, List<RenditionSpec> specs) {
        double rate = bobs(video, specs) ? 2 * video.frameRate() : video.frameRate();
        return specs.stream()
                .map(spec -> {
                    Size size = Size.fit(video, spec.height());
                    boolean reduced = !allows(spec, rate);
                    double own = reduced ? reduce(rate, spec.maxFrameRate()) : rate;
                    return new Rung(spec, size.width(), size.height(), own, reduced);
                })
                .toList();
    }

    /** Works out the outputs of a window. */
    static List<Rung> of(MediaInfo.Video video, List<RenditionSpec> specs, FrameGrid grid) {
        return specs.stream()
                .map(spec -> {
                    Size size = Size.fit(video, spec.height());
                    int step = grid.step(spec);
                    return new Rung(spec, size.width(), size.height(), grid.rate() / step, step > 1);
                })
                .toList();
    }

    /** An even cadence (every second, every third frame) where it comes near the limit; the limit itself otherwise. */
    private static double reduce(double rate, int limit) {
        double even = rate / Math.ceil(rate / (limit * SLACK));
        return even >= limit * 0.75 ? even : limit;
    }

    /** The number of frames in two seconds, the distance of keyframes. */
    int gop() {
        return frameRate > 0 ? Math.max(1, (int) Math.round(frameRate * 2)) : 120;
    }

    /** A picture's size in square pixels. */
    record Size(int width, int height) {
        /** The size of a source's picture at a height: never more than it has, in square pixels, both sides even. */
        static Size fit(MediaInfo.Video video, int height) {
            boolean upright = video.rotation() % 180 != 0;
            double shownWidth = upright ? video.height() : video.width() * video.sampleAspectRatio();
            double shownHeight = upright ? video.width() * video.sampleAspectRatio() : video.height();
            double scale = Math.min(1, height / shownHeight);
            return new Size(even(shownWidth * scale), even(shownHeight * scale));
        }

        private static int even(double length) {
            return Math.max(2, 2 * (int) Math.round(length / 2));
        }
    }
}
