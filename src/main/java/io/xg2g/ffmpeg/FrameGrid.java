package io.xg2g.ffmpeg;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The exact frames of one window of a stream: so many, at one constant rate, from one point in time on.
 *
 * <p>Windows of one stream lie side by side on the same grid: a picture belongs to the frame whose time is nearest to
 * its own, so that each one falls into exactly one window however its time is rounded.
 *
 * @param startTicks where the window begins in the input, in 90 kHz ticks; the outputs begin at the same time
 * @param rateNumerator frames in {@code rateDenominator} seconds
 * @param rateDenominator 1, 2, or 1001 for the rates of NTSC
 * @param frames how many frames the window has, at least 1
 */
public record FrameGrid(long startTicks, int rateNumerator, int rateDenominator, int frames) {
    private static final int TICKS = 90_000;
    private static final int WINDOW_SECONDS = 2;

    /** A frame rate as a fraction. */
    private record Rate(int numerator, int denominator) {
        double perSecond() {
            return (double) numerator / denominator;
        }
    }

    /** The rates that players and encoders are used to. */
    private static final List<Rate> USUAL = Stream.of(
                    "5/1 6/1 8/1 10/1 12/1 25/2 15/1 20/1 24000/1001 24/1 25/1 30000/1001 30/1",
                    "48/1 50/1 60000/1001 60/1 100/1 120000/1001 120/1")
            .flatMap(rates -> Stream.of(rates.split(" ")))
            .map(rate -> rate.split("/"))
            .map(rate -> new Rate(Integer.parseInt(rate[0]), Integer.parseInt(rate[1])))
            .toList();

    private static final Rate UNKNOWN = new Rate(25, 1);

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if one is not positive, or the start is negative
     */
    public FrameGrid {
        if (startTicks < 0 || rateNumerator < 1 || rateDenominator < 1 || frames < 1) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "no grid: start %d, rate %d/%d, frames %d",
                    startTicks,
                    rateNumerator,
                    rateDenominator,
                    frames));
        }
    }

    /**
     * The grid of two seconds of a source, at its own rate: interlaced video has a frame for each field if some
     * rendition wants that many. A rate that is odd or unknown becomes the nearest usual one.
     */
    public static FrameGrid of(MediaInfo.Video video, List<RenditionSpec> specs, long startTicks) {
        Rate rate = usual(video.frameRate());
        boolean bobs = video.interlaced() && specs.stream().anyMatch(spec -> Rung.allows(spec, 2 * rate.perSecond()));
        int numerator = bobs ? 2 * rate.numerator() : rate.numerator();
        return new FrameGrid(startTicks, numerator, rate.denominator(), whole(numerator, rate.denominator()));
    }

    private static Rate usual(double rate) {
        return rate <= 0
                ? UNKNOWN
                : Collections.min(USUAL, Comparator.comparingDouble(usual -> Math.abs(usual.perSecond() - rate)));
    }

    /** How many frames a window has that is not cut. */
    private static int whole(int numerator, int denominator) {
        return Math.round((float) WINDOW_SECONDS * numerator / denominator);
    }

    /** Frames a second. */
    public double rate() {
        return (double) rateNumerator / rateDenominator;
    }

    /** How long the window is, in 90 kHz ticks; rounded where it was cut and its rate is one of NTSC's. */
    public long durationTicks() {
        return Math.round((double) frames * TICKS * rateDenominator / rateNumerator);
    }

    /** The same window with fewer frames, for the end of a stream. */
    public FrameGrid cutTo(int fewer) {
        return new FrameGrid(startTicks, rateNumerator, rateDenominator, Math.min(fewer, frames));
    }

    /** Half the distance of two frames in ticks, rounded down: as far as a picture may be from its frame. */
    long halfFrame() {
        return TICKS * (long) rateDenominator / (2L * rateNumerator);
    }

    /**
     * Every how many frames a rendition has one: the smallest number that keeps to its highest rate and divides two
     * seconds evenly.
     */
    int step(RenditionSpec spec) {
        int whole = whole(rateNumerator, rateDenominator);
        int step = 1;
        while (step < whole && (whole % step != 0 || !Rung.allows(spec, rate() / step))) {
            step++;
        }
        return step;
    }

    /** How many frames a rendition has. */
    int frames(RenditionSpec spec) {
        return Math.ceilDiv(frames, step(spec));
    }
}
