package io.xg2g.ffmpeg;

import io.xg2g.media.AacFrame;
import io.xg2g.media.TsDemuxer;
import io.xg2g.media.TsProgram;
import io.xg2g.media.TsSink;
import io.xg2g.media.TsTimes;
import io.xg2g.media.VideoFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Cuts MPEG-TS into the bytes that windows need: from the GOP that holds the first needed picture (one GOP earlier where
 * that one is open) to the last needed one, shifted so that every window begins at {@link #START}.
 */
public final class WindowCutter implements TsSink {
    /** Where every window begins, in 90 kHz ticks. */
    public static final long START = 900_000;

    private static final int PACKET = 188;

    private final List<VideoFrame> pictures = new ArrayList<>();
    private byte[] tables = {};

    /** Takes the whole file in. */
    public WindowCutter(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            TsDemuxer demuxer = new TsDemuxer(this);
            demuxer.accept(bytes, 0, bytes.length);
            demuxer.finish();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public void program(TsProgram program) {
        tables = program.tables();
    }

    @Override
    public void video(VideoFrame picture) {
        pictures.add(picture);
    }

    @Override
    public void audio(AacFrame frame) {
        // Windows are made of pictures.
    }

    /** Its pictures in decoding order. */
    List<VideoFrame> pictures() {
        return pictures;
    }

    /** When the first key picture is shown. */
    public long start() {
        return pictures.stream()
                .filter(VideoFrame::keyframe)
                .findFirst()
                .orElseThrow()
                .pts();
    }

    /**
     * The bytes of one window.
     *
     * @param from its begin, on the file's clock
     * @param length its length in ticks
     * @param video what the file holds; interlaced pictures need their neighbours
     */
    public byte[] window(long from, long length, MediaInfo.Video video) {
        return window(from, length, video, picture -> true);
    }

    /** The same with losses: only what is kept of the needed pictures. */
    byte[] window(long from, long length, MediaInfo.Video video, Predicate<VideoFrame> kept) {
        long half = Math.round(45_000 / video.frameRate());
        long first = from - (video.interlaced() ? 5 * half : half);
        long last = from + length + (video.interlaced() ? 3 * half : half);
        Predicate<VideoFrame> needed = picture -> picture.pts() >= first && picture.pts() < last;
        int begin = 0;
        while (!needed.test(pictures.get(begin))) {
            begin++;
        }
        int end = pictures.size();
        while (!needed.test(pictures.get(end - 1))) {
            end--;
        }
        int key = keyBefore(begin);
        long shown = pictures.get(key).pts();
        if (pictures.subList(begin, end).stream().anyMatch(picture -> needed.test(picture) && picture.pts() < shown)) {
            key = keyBefore(key - 1);
        }
        var out = new ByteArrayOutputStream();
        out.writeBytes(tables);
        pictures.subList(key, end).stream().filter(kept).forEach(picture -> out.writeBytes(picture.packets()));
        byte[] shifted = out.toByteArray();
        TsTimes.shift(shifted, START - from);
        return shifted;
    }

    private int keyBefore(int index) {
        int key = Math.max(0, index);
        while (key > 0 && !pictures.get(key).keyframe()) {
            key--;
        }
        return key;
    }

    /** A copy in which the payload of every so many packets is noise. */
    static byte[] damaged(byte[] packets, int step) {
        byte[] copy = packets.clone();
        for (int at = 12 * PACKET; at + PACKET <= copy.length; at += step * PACKET) {
            for (int i = 4; i < PACKET; i++) {
                copy[at + i] = (byte) (at * 31 + i * i);
            }
        }
        return copy;
    }
}
