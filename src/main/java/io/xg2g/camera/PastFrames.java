package io.xg2g.camera;

import io.xg2g.media.AudioFrame;
import io.xg2g.media.Ticks;
import io.xg2g.media.TsDemuxer;
import io.xg2g.media.TsProgram;
import io.xg2g.media.TsSink;
import io.xg2g.media.VideoFrame;
import java.time.Duration;
import java.util.List;

/** Measures how long the video is with which a viewer joins a transport stream: from its keyframe to the present. */
final class PastFrames implements TsSink {
    /** Longer ones are not of one piece: the times jump. */
    private static final Duration MAX = Duration.ofMinutes(1);

    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    /** Returns the time between the first and the last frame of the packets; zero if there is none. */
    static Duration duration(List<byte[]> packets) {
        PastFrames frames = new PastFrames();
        TsDemuxer demuxer = new TsDemuxer(frames);
        packets.forEach(chunk -> demuxer.accept(chunk, 0, chunk.length));
        long ticks = frames.last < frames.first ? 0 : frames.last - frames.first;
        Duration length = Duration.ofNanos(Ticks.toNanos(ticks));
        return length.compareTo(MAX) > 0 ? Duration.ZERO : length;
    }

    @Override
    public void program(TsProgram program) {
        // The times are enough.
    }

    @Override
    public void video(VideoFrame frame) {
        first = Math.min(first, frame.pts());
        last = Math.max(last, frame.pts());
    }

    @Override
    public void audio(int track, AudioFrame frame) {
        // Not decoded.
    }
}
