package io.xg2g.ffmpeg;

import io.xg2g.media.Ticks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Filter graph ({@code -filter_complex}) of a unit: the decoded video is deinterlaced if necessary, split, and scaled to square
 * pixels and 8-bit 4:2:0 for each rung.
 */
final class FilterGraph {
    /** Timestamps in 90 kHz ticks. */
    static final String SETTB = "settb=1/" + Ticks.PER_SECOND;

    private FilterGraph() {}

    /**
     * Returns the graph with outputs {@code v0}, {@code v1} and so on.
     *
     * @param bob whether each field becomes a frame
     * @param onDevice whether decoded frames are in the device's memory
     */
    static String of(Encoder.Family family, MediaInfo.Video video, List<Rung> rungs, boolean bob, boolean onDevice) {
        List<String> head = new ArrayList<>();
        if (video.isHdr()) {
            if (video.interlaced()) {
                head.add(deinterlace(Encoder.Family.SOFTWARE, bob, video.frameRate()));
            }
            head.add(toneMapping(video, rungs));
            upload(family, onDevice, head);
        } else if (isDeinterlacedFirst(video, onDevice)) {
            head.add(deinterlace(Encoder.Family.SOFTWARE, bob, video.frameRate()));
            upload(family, false, head);
        } else {
            upload(family, onDevice, head);
            if (video.interlaced()) {
                head.add(deinterlace(family, bob, video.frameRate()));
            }
        }
        return of(
                video,
                rungs,
                head,
                rung -> "fps=" + rate(rung.frameRate()),
                rung -> scalesInSoftware(family) ? fit(family, rung) : scale(family, rung));
    }

    /** Returns the graph of a window, whose outputs have exactly the frames of the grid. */
    static String of(Encoder.Family family, MediaInfo.Video video, List<Rung> rungs, FrameGrid grid, boolean onDevice) {
        List<String> head = new ArrayList<>();
        head.add(SETTB);
        if (video.interlaced()) {
            head.add(trimForDeinterlacer(grid, video));
        }
        boolean bob = Rung.bobs(video, grid);
        if (video.isHdr()) {
            // Aligned first: the frames before the window are not tone-mapped.
            if (video.interlaced()) {
                head.add(deinterlace(Encoder.Family.SOFTWARE, bob, video.frameRate()) + "," + SETTB);
            }
            head.add(alignTo(grid));
            head.add(toneMapping(video, rungs));
            upload(family, onDevice, head);
        } else if (isDeinterlacedFirst(video, onDevice)) {
            head.add(deinterlace(Encoder.Family.SOFTWARE, bob, video.frameRate()) + "," + SETTB);
            upload(family, false, head);
            head.add(alignTo(grid));
        } else {
            upload(family, onDevice, head);
            if (video.interlaced()) {
                head.add(deinterlace(family, bob, bob ? grid.rate() / 2 : grid.rate()));
                head.add(SETTB);
            }
            head.add(alignTo(grid));
        }
        return of(video, rungs, head, rung -> "framestep=" + grid.step(rung.spec()), rung -> scale(family, rung));
    }

    /**
     * Returns the graph of a slate: the last picture of a window in all frames of the grid. It is decoded and scaled in software,
     * once, and uploaded to the device last.
     */
    static String slate(Encoder.Family family, MediaInfo.Video video, List<Rung> rungs, FrameGrid grid, Slate slate) {
        List<String> head = new ArrayList<>();
        head.add(SETTB);
        if (video.interlaced()) {
            head.add(deinterlace(Encoder.Family.SOFTWARE, false, video.frameRate()) + "," + SETTB);
        }
        // The last frame of the grid is the last one of the window, also if frames at its end are missing.
        FrameGrid whole = grid.full();
        head.add(placedIn(whole) + ",trim=start_frame=" + (whole.frames() - 1) + ":end_frame=" + whole.frames());
        if (video.isHdr()) {
            head.add(toneMapping(video, rungs));
        }
        head.add(slate.filters());
        head.add("split=" + rungs.size());
        StringBuilder graph = new StringBuilder(input(video)).append(String.join(",", head));
        for (int i = 0; i < rungs.size(); i++) {
            graph.append("[s").append(i).append(']');
        }
        for (int i = 0; i < rungs.size(); i++) {
            Rung rung = rungs.get(i);
            List<String> tail = new ArrayList<>();
            tail.add(scale(family == Encoder.Family.AMF ? family : Encoder.Family.SOFTWARE, rung));
            tail.add(held(grid, rung.spec()));
            upload(family, false, tail);
            graph.append(";[s").append(i).append(']').append(String.join(",", tail));
            graph.append("[v").append(i).append(']');
        }
        return graph.toString();
    }

    private static String toneMapping(MediaInfo.Video video, List<Rung> rungs) {
        Rung largest = Collections.max(rungs, Comparator.comparingInt(Rung::height));
        return ToneMapping.filters(video.range(), new Rung.Size(largest.width(), largest.height()));
    }

    /** Trims to the window with two frames before and one after it, which the deinterlacer reads. */
    private static String trimForDeinterlacer(FrameGrid grid, MediaInfo.Video video) {
        // With bob the grid has one frame for each field.
        long frame = 2 * grid.halfFrame() * (Rung.bobs(video, grid) ? 2 : 1);
        long end = grid.startTicks() + grid.durationTicks();
        return String.format(
                Locale.ROOT, "trim=start_pts=%d:end_pts=%d", grid.startTicks() - frame * 5 / 2, end + frame * 3 / 2);
    }

    /** Assigns each frame to the nearest place in the grid; an empty place repeats the previous frame, or the first one. */
    private static String alignTo(FrameGrid grid) {
        return placedIn(grid) + ",trim=end_frame=" + grid.frames() + "," + SETTB + ",setpts=PTS+" + grid.startTicks();
    }

    /** Assigns each frame of the window to its place, from time 0 on; the last one is repeated without end. */
    private static String placedIn(FrameGrid grid) {
        long start = grid.startTicks() - grid.halfFrame();
        // Relative to the window's start: the filter fps rounds its start time to a multiple of the frame duration.
        return String.format(
                        Locale.ROOT,
                        "trim=start_pts=%d:end_pts=%d,setpts=PTS-%d,fps=%s:start_time=0:round=near",
                        start,
                        start + grid.durationTicks(),
                        grid.startTicks(),
                        rate(grid.rate()))
                + ",tpad=stop=-1:stop_mode=clone";
    }

    /** Repeats a single frame at every place of a rendition. */
    private static String held(FrameGrid grid, RenditionSpec spec) {
        // Numbered anew: the time of the first repetition depends on the filters before.
        return String.format(
                Locale.ROOT,
                "tpad=stop=-1:stop_mode=clone,framestep=%d,trim=end_frame=%d,setpts=%1$d*N," + SETTB + ",setpts=PTS+%d",
                grid.step(spec),
                grid.frames(spec),
                grid.startTicks());
    }

    private static String of(
            MediaInfo.Video video,
            List<Rung> rungs,
            List<String> head,
            Function<Rung, String> reduction,
            Function<Rung, String> scaling) {
        StringBuilder graph = new StringBuilder(input(video));
        if (rungs.size() > 1) {
            head.add("split=" + rungs.size());
        }
        graph.append(String.join(",", head));
        boolean direct = rungs.size() == 1;
        if (!direct) {
            for (int i = 0; i < rungs.size(); i++) {
                graph.append("[s").append(i).append(']');
            }
        }
        for (int i = 0; i < rungs.size(); i++) {
            if (direct) {
                graph.append(head.isEmpty() ? "" : ",");
            } else {
                graph.append(";[s").append(i).append(']');
            }
            Rung rung = rungs.get(i);
            if (rung.reduced()) {
                graph.append(reduction.apply(rung)).append(',');
            }
            graph.append(scaling.apply(rung)).append("[v").append(i).append(']');
        }
        return graph.toString();
    }

    private static String input(MediaInfo.Video video) {
        return "[0:" + video.index() + "]";
    }

    /** Returns the graph of a preview in software, with output {@code v0}. */
    static String preview(MediaInfo.Video video, Rung.Size size, @Nullable FrameGrid grid) {
        String head = video.interlaced() ? "bwdif=mode=send_frame:parity=auto:deint=all," : "";
        if (grid != null) {
            head += SETTB + ",trim=start_pts=" + (grid.startTicks() - grid.halfFrame()) + ",";
        }
        if (video.isHdr()) {
            head += ToneMapping.filters(video.range(), size) + ",";
        }
        return input(video) + head + "scale=" + size.width() + ":" + size.height()
                + ":flags=bicubic:out_range=pc,setsar=1,format=yuvj420p[v0]";
    }

    /** Returns whether the conversion to what a device takes would mix the colours of two fields. */
    private static boolean isDeinterlacedFirst(MediaInfo.Video video, boolean onDevice) {
        return video.interlaced() && !onDevice && !video.pixelFormat().contains("420");
    }

    private static void upload(Encoder.Family family, boolean onDevice, List<String> head) {
        switch (family) {
            // hwupload passes frames in device memory, and uploads those of a decoder that fell back to software.
            case NVENC -> head.add(onDevice ? "format=cuda|nv12|p010le,hwupload" : "format=nv12,hwupload");
            case VAAPI -> head.add(onDevice ? "format=vaapi|nv12|p010le,hwupload" : "format=nv12,hwupload");
            case QSV -> {
                if (!onDevice) {
                    head.add("format=nv12,hwupload=extra_hw_frames=64,format=qsv");
                }
            }
            case SOFTWARE, AMF -> {
                // Frames stay in main memory.
            }
        }
    }

    private static String deinterlace(Encoder.Family family, boolean bob, double frameRate) {
        String mode = bob ? "send_field" : "send_frame";
        return switch (family) {
            case SOFTWARE, AMF -> "bwdif=mode=" + mode + ":parity=auto:deint=all";
            case NVENC -> "yadif_cuda=mode=" + mode + ":parity=auto:deint=all";
            case VAAPI -> "deinterlace_vaapi=rate=" + (bob ? "field" : "frame");
            case QSV -> "vpp_qsv=deinterlace=advanced" + (bob ? ":framerate=" + rate(2 * frameRate) : "");
        };
    }

    /** Returns the filters that fit video of any size and aspect ratio, which may change in the middle, into the rung. */
    private static String fit(Encoder.Family family, Rung rung) {
        return String.format(
                Locale.ROOT,
                "scale=w='2*round(min(%1$d,%2$d*dar)/2)':h='2*round(min(%2$d,%1$d/dar)/2)'"
                        + ":flags=bicubic:out_range=tv:eval=frame,pad=%1$d:%2$d:-1:-1:eval=frame,setsar=1,format=%3$s",
                rung.width(),
                rung.height(),
                softwareFormat(family));
    }

    private static boolean scalesInSoftware(Encoder.Family family) {
        return family == Encoder.Family.SOFTWARE || family == Encoder.Family.AMF;
    }

    /** Returns the pixel format that an encoder takes from the main memory. */
    private static String softwareFormat(Encoder.Family family) {
        return family == Encoder.Family.AMF ? "nv12" : "yuv420p";
    }

    private static String scale(Encoder.Family family, Rung rung) {
        int width = rung.width();
        int height = rung.height();
        return switch (family) {
            case SOFTWARE, AMF ->
                String.format(
                        Locale.ROOT,
                        "scale=%d:%d:flags=bicubic:out_range=tv,setsar=1,format=%s",
                        width,
                        height,
                        softwareFormat(family));
            case NVENC ->
                String.format(Locale.ROOT, "scale_cuda=%d:%d:interp_algo=bicubic:format=nv12,setsar=1", width, height);
            case VAAPI -> String.format(Locale.ROOT, "scale_vaapi=w=%d:h=%d:format=nv12,setsar=1", width, height);
            case QSV -> String.format(Locale.ROOT, "vpp_qsv=w=%d:h=%d:format=nv12,setsar=1", width, height);
        };
    }

    /** Formats a frame rate for ffmpeg: an integer, a fraction over 1001, or three decimals. */
    static String rate(double rate) {
        long whole = Math.round(rate);
        if (Math.abs(rate - whole) < 0.001) {
            return Long.toString(whole);
        }
        long ntsc = Math.round(rate * 1.001);
        if (Math.abs(rate * 1.001 - ntsc) < 0.001) {
            return ntsc * 1000 + "/1001";
        }
        return String.format(Locale.ROOT, "%.3f", rate);
    }

    /**
     * Returns the filters of a camera's images: at most so many frames per second, evenly chosen, and scaled down to the
     * size with the same aspect ratio and square pixels.
     *
     * <p>Variable 0 is the time of the next frame. A frame up to a quarter of the interval earlier is chosen too, since
     * the times of cameras vary; after a jump back of the times the next frame is chosen.
     *
     * @param skipped time from the first frame of which nothing is chosen; after it everything, whatever jump the times make
     */
    static String images(FrameOptions options, Duration skipped) {
        String begin = skipped.isZero()
                ? ""
                : String.format(
                        Locale.ROOT, "select='st(0,max(ld(0),isnan(t)+gte(t-start_t,%f)))',", skipped.toNanos() / 1e9);
        String select = String.format(
                Locale.ROOT,
                "select='if(lt(t,ld(0)-2*%1$f),st(0,t+%1$f)*0+1,"
                        + "if(gte(t+%1$f/4,ld(0)),st(0,max(ld(0)+%1$f,t+%1$f/2))*0+1,0))'",
                1 / options.fps());
        String scale = options.size()
                .map(size -> String.format(
                        Locale.ROOT,
                        ",scale='2*round(min(min(iw*sar,%1$d),%2$d*dar)/2)':'2*round(min(min(ih,%2$d),%1$d/dar)/2)',setsar=1",
                        size.width(),
                        size.height()))
                .orElse("");
        return begin + select + scale + ",format=yuvj420p";
    }
}
