package io.xg2g.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Keeps all that a demuxer says. */
final class Demuxed implements TsSink {
    final List<TsProgram> programs = new ArrayList<>();
    final List<VideoFrame> pictures = new ArrayList<>();
    final List<AacFrame> frames = new ArrayList<>();

    /** A whole stream, given in pieces of the size. */
    static Demuxed of(byte[] stream, int piece) {
        Demuxed demuxed = new Demuxed();
        TsDemuxer demuxer = new TsDemuxer(demuxed);
        for (int at = 0; at < stream.length; at += piece) {
            demuxer.accept(stream, at, Math.min(piece, stream.length - at));
        }
        demuxer.finish();
        return demuxed;
    }

    /** All of it as values that can be compared. */
    List<Object> contents() {
        List<Object> contents = new ArrayList<>();
        pictures.forEach(picture -> contents.add(List.of(
                picture.pts(),
                picture.dts(),
                picture.keyframe(),
                picture.parameters(),
                Arrays.hashCode(picture.packets()))));
        frames.forEach(frame -> contents.add(List.of(frame.pts(), Arrays.hashCode(frame.adts()))));
        return contents;
    }

    @Override
    public void program(TsProgram program) {
        programs.add(program);
    }

    @Override
    public void video(VideoFrame picture) {
        pictures.add(picture);
    }

    @Override
    public void audio(AacFrame frame) {
        frames.add(frame);
    }
}
