package io.xg2g.ffmpeg;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Builds the {@code -filter_complex} of a unit: one decoded video in, deinterlaced once if need be, split, and each
 * rung scaled to square pixels and 8-bit 4:2:0.
 */
final class FilterGraph {
    private FilterGraph() {}

    /**
     * The graph; its outputs are called {@code v0}, {@code v1} and so on.
     *
     * @param onDevice whether the decoder leaves its frames in the device's memory
     */
    static String of(Encoder.Family family, MediaInfo.Video video, List<Rung> rungs, boolean bob, boolean onDevice) {
        List<String> head = new ArrayList<>();
        upload(family, onDevice, head);
        if (video.interlaced()) {
            head.add(deinterlace(family, bob, video.frameRate()));
        }
        return of(family, rungs, head, rung -> "fps=" + rate(rung.frameRate()));
    }

    /** The graph of a window: the same, with exactly the frames of the grid whatever the input lacks. */
    static String of(Encoder.Family family, MediaInfo.Video video, List<Rung> rungs, FrameGrid grid, boolean onDevice) {
        List<String> head = new ArrayList<>();
        head.add("settb=1/90000");
        if (video.interlaced()) {
            head.add(near(grid, video));
        }
        upload(family, onDevice, head);
        if (video.interlaced()) {
            boolean bob = Rung.bobs(video, grid);
            head.add(deinterlace(family, bob, bob ? grid.rate() / 2 : grid.rate()));
            head.add("settb=1/90000");
        }
        head.add(exactly(grid));
        return of(family, rungs, head, rung -> "framestep=" + grid.step(rung.spec()));
    }

    /** The window's pictures with two before and one after them, which the deinterlacer looks at. */
    private static String near(FrameGrid grid, MediaInfo.Video video) {
        // A field's distance is half a picture's.
        long picture = 2 * grid.halfFrame() * (Rung.bobs(video, grid) ? 2 : 1);
        long end = grid.startTicks() + grid.durationTicks();
        return String.format(
                Locale.ROOT,
                "trim=start_pts=%d:end_pts=%d",
                grid.startTicks() - picture * 5 / 2,
                end + picture * 3 / 2);
    }

    /** A frame goes to the nearest place in the grid; an empty place shows the frame before it, or the first one. */
    private static String exactly(FrameGrid grid) {
        long start = grid.startTicks() - grid.halfFrame();
        // Counted from the window's start: the filter fps rounds its start to a multiple of the frame's duration.
        return String.format(
                        Locale.ROOT,
                        "trim=start_pts=%d:end_pts=%d,setpts=PTS-%d,fps=%s:start_time=0:round=near",
                        start,
                        start + grid.durationTicks(),
                        grid.startTicks(),
                        rate(grid.rate()))
                + String.format(
                        Locale.ROOT,
                        ",tpad=stop=-1:stop_mode=clone,trim=end_frame=%d,settb=1/90000,setpts=PTS+%d",
                        grid.frames(),
                        grid.startTicks());
    }

    private static String of(
            Encoder.Family family, List<Rung> rungs, List<String> head, Function<Rung, String> reduction) {
        StringBuilder graph = new StringBuilder("[0:V:0]");
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
            graph.append(scale(family, rung)).append("[v").append(i).append(']');
        }
        return graph.toString();
    }

    /** The graph of a preview: one picture, in software. Its output is called {@code v0}. */
    static String preview(MediaInfo.Video video, Rung.Size size, @Nullable FrameGrid grid) {
        String head = video.interlaced() ? "bwdif=mode=send_frame:parity=auto:deint=all," : "";
        if (grid != null) {
            head += "settb=1/90000,trim=start_pts=" + (grid.startTicks() - grid.halfFrame()) + ",";
        }
        return "[0:V:0]" + head + "scale=" + size.width() + ":" + size.height()
                + ":flags=bicubic:out_range=pc,setsar=1,format=yuvj420p[v0]";
    }

    private static void upload(Encoder.Family family, boolean onDevice, List<String> head) {
        switch (family) {
            // A frame that is on the device already passes hwupload as it is; one that the device could not decode
            // after all is uploaded.
            case NVENC -> head.add(onDevice ? "format=cuda|nv12|p010le,hwupload" : "format=nv12,hwupload");
            case VAAPI -> head.add(onDevice ? "format=vaapi|nv12|p010le,hwupload" : "format=nv12,hwupload");
            case QSV -> {
                if (!onDevice) {
                    head.add("format=nv12,hwupload=extra_hw_frames=64,format=qsv");
                }
            }
            case SOFTWARE, AMF -> {
                // Frames stay where they are.
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
                        family == Encoder.Family.AMF ? "nv12" : "yuv420p");
            case NVENC ->
                String.format(Locale.ROOT, "scale_cuda=%d:%d:interp_algo=bicubic:format=nv12,setsar=1", width, height);
            case VAAPI -> String.format(Locale.ROOT, "scale_vaapi=w=%d:h=%d:format=nv12,setsar=1", width, height);
            case QSV -> String.format(Locale.ROOT, "vpp_qsv=w=%d:h=%d:format=nv12,setsar=1", width, height);
        };
    }

    /** A frame rate as ffmpeg reads it: whole, over 1001, or with three decimals. */
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
}
