package io.xg2g.ffmpeg;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Small files that declare very large content. */
public final class HostileMedia {
    static final String VIDEO = "-f lavfi -i testsrc2=s=320x180:r=25:d=1";

    private HostileMedia() {}

    /** All files. */
    public static List<Path> all() {
        return List.of(audioGap(), videoGaps(), dayGap(), largeFrame(), growingPng());
    }

    /** One second of video; the audio has a gap of an hour. */
    static Path audioGap() {
        return TestMedia.encoded(
                "audio-gap.mkv",
                VIDEO + " -f lavfi -i sine=r=48000:d=2,asetpts=if(gt(T\\,1)\\,PTS+3600*SR\\,PTS)"
                        + " -c:v libx264 -preset ultrafast -pix_fmt yuv420p -c:a aac -ac 2 -f matroska");
    }

    /** 300 frames with gaps of 59 s. */
    static Path videoGaps() {
        return gaps("video-gaps.mkv", 59);
    }

    /** 300 frames with gaps of 26 h. */
    static Path dayGap() {
        return gaps("day-gaps.mkv", 26 * 3600);
    }

    private static Path gaps(String name, int seconds) {
        return TestMedia.encoded(
                name,
                "-f lavfi -i testsrc2=s=64x64:r=25:d=12,settb=1/1000,setpts=N*" + seconds + "000"
                        + " -fps_mode passthrough -c:v libx264 -preset ultrafast -crf 50 -pix_fmt yuv420p -f matroska");
    }

    /** One frame of 64 million pixels. */
    static Path largeFrame() {
        return TestMedia.encoded(
                "large-frame.mkv",
                "-f lavfi -i color=s=16000x4000:r=25 -frames:v 1 -c:v mjpeg -pix_fmt yuvj420p -f matroska");
    }

    /** PNG images one after the other, from 64 to 134 million pixels. */
    static Path growingPng() {
        List<Path> images = List.of(png("8x8"), png("1024x1024"), png("16384x8192"));
        try {
            ByteArrayOutputStream together = new ByteArrayOutputStream();
            for (Path image : images) {
                together.writeBytes(Files.readAllBytes(image));
            }
            return Files.write(images.getFirst().resolveSibling("growing.png"), together.toByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path png(String size) {
        return TestMedia.encoded(
                "grey-" + size + ".png",
                "-f lavfi -i color=s=" + size + ":r=25 -frames:v 1 -pix_fmt gray -f image2pipe -c:v png");
    }
}
