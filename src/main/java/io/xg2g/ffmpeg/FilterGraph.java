package io.xg2g.ffmpeg;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

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
                graph.append("fps=").append(rate(rung.frameRate())).append(',');
            }
            graph.append(scale(family, rung)).append("[v").append(i).append(']');
        }
        return graph.toString();
    }

    /** The graph of a preview: one picture, in software. Its output is called {@code v0}. */
    static String preview(MediaInfo.Video video, Rung.Size size) {
        String head = video.interlaced() ? "bwdif=mode=send_frame:parity=auto:deint=all," : "";
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
                "scale=%d:%d:flags=bicubic:out_range=tv,setsar=1,format=%s"
                        .formatted(width, height, family == Encoder.Family.AMF ? "nv12" : "yuv420p");
            case NVENC -> "scale_cuda=%d:%d:interp_algo=bicubic:format=nv12,setsar=1".formatted(width, height);
            case VAAPI -> "scale_vaapi=w=%d:h=%d:format=nv12,setsar=1".formatted(width, height);
            case QSV -> "vpp_qsv=w=%d:h=%d:format=nv12,setsar=1".formatted(width, height);
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
