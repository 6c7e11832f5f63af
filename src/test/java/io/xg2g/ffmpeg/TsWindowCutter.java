package io.xg2g.ffmpeg;

import io.xg2g.media.AudioFrame;
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
 * Cutter of MPEG-TS into the bytes that windows need: from the GOP of the first needed frame (one GOP earlier if that one is
 * open) to the last needed one, shifted so that every window starts at {@link #START}.
 */
public final class TsWindowCutter implements TsSink {
    /** Start of every window, in 90 kHz ticks. */
    public static final long START = 900_000;

    private static final int PACKET = 188;

    private final List<VideoFrame> videoFrames = new ArrayList<>();
    private byte[] tables = {};

    /** Reads the file. */
    public TsWindowCutter(Path file) {
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
    public void video(VideoFrame videoFrame) {
        videoFrames.add(videoFrame);
    }

    @Override
    public void audio(int track, AudioFrame frame) {
        // Windows have video only.
    }

    /** Frames in decoding order. */
    List<VideoFrame> videoFrames() {
        return videoFrames;
    }

    /** Presentation time of the first keyframe. */
    public long start() {
        return videoFrames.stream()
                .filter(VideoFrame::keyframe)
                .findFirst()
                .orElseThrow()
                .pts();
    }

    /**
     * The bytes of one window.
     *
     * @param from its start, on the clock of the file
     * @param length its length in ticks
     * @param video facts of the file; interlaced frames need their neighbours
     */
    public byte[] window(long from, long length, MediaInfo.Video video) {
        return window(from, length, video, videoFrame -> true);
    }

    /** The same with losses: only the selected ones of the needed frames. */
    byte[] window(long from, long length, MediaInfo.Video video, Predicate<VideoFrame> kept) {
        long half = Math.round(45_000 / video.frameRate());
        long first = from - (video.interlaced() ? 5 * half : half);
        long last = from + length + (video.interlaced() ? 3 * half : half);
        Predicate<VideoFrame> needed = videoFrame -> videoFrame.pts() >= first && videoFrame.pts() < last;
        int begin = 0;
        while (!needed.test(videoFrames.get(begin))) {
            begin++;
        }
        int end = videoFrames.size();
        while (!needed.test(videoFrames.get(end - 1))) {
            end--;
        }
        int key = keyBefore(begin);
        long shown = videoFrames.get(key).pts();
        if (videoFrames.subList(begin, end).stream()
                .anyMatch(videoFrame -> needed.test(videoFrame) && videoFrame.pts() < shown)) {
            key = keyBefore(key - 1);
        }
        var out = new ByteArrayOutputStream();
        out.writeBytes(tables);
        videoFrames.subList(key, end).stream().filter(kept).forEach(videoFrame -> out.writeBytes(videoFrame.packets()));
        byte[] shifted = out.toByteArray();
        TsTimes.shift(shifted, START - from);
        return shifted;
    }

    private int keyBefore(int index) {
        int key = Math.max(0, index);
        while (key > 0 && !videoFrames.get(key).keyframe()) {
            key--;
        }
        return key;
    }

    /** A copy in which the payload of every n-th packet is random. */
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
