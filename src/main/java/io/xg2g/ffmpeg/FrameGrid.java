package io.xg2g.ffmpeg;

import io.xg2g.media.Ticks;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Frame times of one window of a stream: a start, a constant frame rate and a number of frames.
 *
 * <p>Consecutive windows of a stream continue one grid. A source frame is assigned to the nearest time of the grid, and so
 * belongs to exactly one window, however its timestamp is rounded.
 *
 * @param startTicks start of the window in the input, and of its outputs, in 90 kHz ticks
 * @param rateNumerator frames per {@code rateDenominator} seconds
 * @param rateDenominator 1, 2, or 1001 for NTSC rates
 * @param frames number of frames, at least 1
 */
public record FrameGrid(long startTicks, int rateNumerator, int rateDenominator, int frames) {
    private static final int WINDOW_SECONDS = 2;

    /** A frame rate as a fraction. */
    private record Rate(int numerator, int denominator) {
        double perSecond() {
            return (double) numerator / denominator;
        }
    }

    /** Frame rates in common use. */
    private static final List<Rate> STANDARD = Stream.of(
                    "5/1 6/1 8/1 10/1 12/1 25/2 15/1 20/1 24000/1001 24/1 25/1 30000/1001 30/1",
                    "48/1 50/1 60000/1001 60/1 100/1 120000/1001 120/1")
            .flatMap(rates -> Stream.of(rates.split(" ")))
            .map(rate -> rate.split("/"))
            .map(rate -> new Rate(Integer.parseInt(rate[0]), Integer.parseInt(rate[1])))
            .toList();

    /** Maximum relative difference of a measured rate from the standard one that is meant. */
    private static final double MAX_ROUNDING = 0.05;

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
                    "frame grid out of bounds: start %d (at least 0), rate %d/%d and frames %d (at least 1)",
                    startTicks,
                    rateNumerator,
                    rateDenominator,
                    frames));
        }
    }

    /**
     * Returns the grid of two seconds of a source at its frame rate, or at its field rate if it is interlaced and a rendition
     * allows that many frames. A rate is replaced by the nearest standard one if that differs by at most 5 %, by the next
     * higher one otherwise, so that no frame is dropped; an unknown rate by 25.
     */
    public static FrameGrid of(MediaInfo.Video video, List<RenditionSpec> specs, long startTicks) {
        Rate rate = standard(video.frameRate());
        boolean bobs = video.interlaced() && specs.stream().anyMatch(spec -> Rung.allows(spec, 2 * rate.perSecond()));
        int numerator = bobs ? 2 * rate.numerator() : rate.numerator();
        return new FrameGrid(startTicks, numerator, rate.denominator(), whole(numerator, rate.denominator()));
    }

    private static Rate standard(double rate) {
        if (rate <= 0) {
            return UNKNOWN;
        }
        Rate nearest = Collections.min(
                STANDARD, Comparator.comparingDouble(candidate -> Math.abs(candidate.perSecond() - rate)));
        return Math.abs(nearest.perSecond() / rate - 1) <= MAX_ROUNDING
                ? nearest
                : STANDARD.stream()
                        .filter(candidate -> candidate.perSecond() > rate)
                        .findFirst()
                        .orElse(nearest);
    }

    /** Returns the number of frames of a full window. */
    private static int whole(int numerator, int denominator) {
        return Math.round((float) WINDOW_SECONDS * numerator / denominator);
    }

    /** Returns the frames per second. */
    public double rate() {
        return (double) rateNumerator / rateDenominator;
    }

    /** Returns the duration in 90 kHz ticks, rounded for a shortened window with an NTSC rate. */
    public long durationTicks() {
        return Math.round((double) frames * Ticks.PER_SECOND * rateDenominator / rateNumerator);
    }

    /** Returns the window with another number of frames, for instance at the start and at the end of a stream. */
    public FrameGrid withFrames(int number) {
        return new FrameGrid(startTicks, rateNumerator, rateDenominator, number);
    }

    /**
     * Returns the grid of a window's renditions: with one frame for each frame of an interlaced source if none of them allows
     * one for each field.
     */
    public FrameGrid fitting(MediaInfo.Video video, List<RenditionSpec> specs) {
        return Rung.bobs(video, this) && specs.stream().noneMatch(spec -> Rung.allows(spec, rate()))
                ? new FrameGrid(startTicks, rateNumerator / 2, rateDenominator, Math.ceilDiv(frames, 2))
                : this;
    }

    /** Returns the grid of a full window. */
    public FrameGrid full() {
        return new FrameGrid(startTicks, rateNumerator, rateDenominator, whole(rateNumerator, rateDenominator));
    }

    /** Returns half a frame duration in ticks, rounded down: the maximum distance of a source frame from its grid time. */
    long halfFrame() {
        return Ticks.PER_SECOND * (long) rateDenominator / (2L * rateNumerator);
    }

    /**
     * Returns the decimation factor of a rendition: the smallest divisor of a full window's frames with which its maximum
     * frame rate is not exceeded.
     */
    int step(RenditionSpec spec) {
        int whole = whole(rateNumerator, rateDenominator);
        int step = 1;
        while (step < whole && (whole % step != 0 || !Rung.allows(spec, rate() / step))) {
            step++;
        }
        return step;
    }

    /** Returns the number of frames of a rendition. */
    int frames(RenditionSpec spec) {
        return Math.ceilDiv(frames, step(spec));
    }
}
