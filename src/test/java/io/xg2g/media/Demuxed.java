package io.xg2g.media;

import java.util.ArrayList;
import java.util.List;

/** Keeps all that a demuxer says. */
final class Demuxed implements TsSink {
    final List<TsProgram> programs = new ArrayList<>();
    final List<Picture> pictures = new ArrayList<>();
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

    @Override
    public void program(TsProgram program) {
        programs.add(program);
    }

    @Override
    public void video(Picture picture) {
        pictures.add(picture);
    }

    @Override
    public void audio(AacFrame frame) {
        frames.add(frame);
    }
}
