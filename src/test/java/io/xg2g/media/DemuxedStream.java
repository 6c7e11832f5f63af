package io.xg2g.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Recorder of all demuxer events. */
final class DemuxedStream implements TsSink {
    final List<TsProgram> programs = new ArrayList<>();
    final List<VideoFrame> videoFrames = new ArrayList<>();
    final List<AacFrame> frames = new ArrayList<>();
    final List<Ac3Frame> ac3Frames = new ArrayList<>();

    /** A stream, demultiplexed in chunks of this size. */
    static DemuxedStream of(byte[] stream, int piece) {
        DemuxedStream demuxed = new DemuxedStream();
        TsDemuxer demuxer = new TsDemuxer(demuxed);
        for (int at = 0; at < stream.length; at += piece) {
            demuxer.accept(stream, at, Math.min(piece, stream.length - at));
        }
        demuxer.finish();
        return demuxed;
    }

    /** All events as comparable values. */
    List<Object> contents() {
        List<Object> contents = new ArrayList<>();
        videoFrames.forEach(videoFrame -> contents.add(List.of(
                videoFrame.pts(),
                videoFrame.dts(),
                videoFrame.keyframe(),
                videoFrame.parameters(),
                Arrays.hashCode(videoFrame.packets()))));
        frames.forEach(frame -> contents.add(List.of(frame.pts(), Arrays.hashCode(frame.adts()))));
        return contents;
    }

    @Override
    public void program(TsProgram program) {
        programs.add(program);
    }

    @Override
    public void video(VideoFrame videoFrame) {
        videoFrames.add(videoFrame);
    }

    @Override
    public void audio(int track, AudioFrame frame) {
        switch (frame) {
            case AacFrame aac -> frames.add(aac);
            case Ac3Frame ac3 -> ac3Frames.add(ac3);
        }
    }
}
