package io.xg2g.media;

import java.util.function.Consumer;

/**
 * Writer of the initialization segment of a CMAF track (ISO/IEC 23000-19, 7.3.1): {@code ftyp} and {@code moov} with one
 * track without samples.
 */
final class CmafHeader {
    private static final int TRACK = 1;
    private static final int[] IDENTITY_MATRIX = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};
    private static final int UNDETERMINED_LANGUAGE = 0x55c4;

    private final Mp4Writer out = new Mp4Writer();
    private final int timescale;
    private final int width;
    private final int height;

    private CmafHeader(int timescale, int width, int height) {
        this.timescale = timescale;
        this.width = width;
        this.height = height;
    }

    /**
     * Returns the header of an audio track.
     *
     * @param type of the sample entry (ISO/IEC 14496-12, 12.2.3)
     * @param rate in Hz
     * @param configuration writes the box of the codec
     */
    static byte[] audio(String type, int channels, int rate, Consumer<Mp4Writer> configuration) {
        Mp4Writer entry = new Mp4Writer();
        entry.box(type, () -> {
            entry.zeros(6).int16(1).zeros(8);
            entry.int16(channels).int16(16).zeros(4);
            // 16.16 fixed point. Higher rates do not fit; decoders use the configuration.
            entry.int32(rate <= 0xffff ? rate << 16 : 0);
            configuration.accept(entry);
        });
        return new CmafHeader(rate, 0, 0).write(entry.bytes());
    }

    /** @param entry the sample entry with its header */
    static byte[] video(int timescale, int width, int height, byte[] entry) {
        return new CmafHeader(timescale, width, height).write(entry);
    }

    private byte[] write(byte[] entry) {
        out.box("ftyp", () -> out.text("iso6").int32(0).text("iso6cmfcmp41"));
        out.box("moov", () -> {
            out.box("mvhd", 0, 0, this::movie);
            out.box("trak", () -> {
                // Flags: track_enabled, track_in_movie.
                out.box("tkhd", 0, 3, this::track);
                out.box("mdia", () -> media(entry));
            });
            out.box("mvex", () -> out.box("trex", 0, 0, () -> out.int32s(TRACK, 1, 0, 0, 0)));
        });
        return out.bytes();
    }

    private boolean isVideo() {
        return width > 0;
    }

    /** ISO/IEC 14496-12, 8.2.2: rate and volume 1. */
    private void movie() {
        out.int32s(0, 0, timescale, 0, 0x10000).int16(0x100).zeros(10);
        out.int32s(IDENTITY_MATRIX).zeros(24).int32(TRACK + 1);
    }

    /** ISO/IEC 14496-12, 8.3.2. */
    private void track() {
        out.int32s(0, 0, TRACK, 0, 0).zeros(8);
        out.int16(0).int16(0).int16(isVideo() ? 0 : 0x100).int16(0);
        out.int32s(IDENTITY_MATRIX).int32(width << 16).int32(height << 16);
    }

    private void media(byte[] entry) {
        out.box(
                "mdhd",
                0,
                0,
                () -> out.int32s(0, 0, timescale, 0)
                        .int16(UNDETERMINED_LANGUAGE)
                        .int16(0));
        String handler = isVideo() ? "vide" : "soun";
        out.box("hdlr", 0, 0, () -> out.int32(0).text(handler).zeros(12).zeros(1));
        out.box("minf", () -> {
            if (isVideo()) {
                out.box("vmhd", 0, 1, () -> out.zeros(8));
            } else {
                out.box("smhd", 0, 0, () -> out.zeros(4));
            }
            // The media is in the same file.
            out.box("dinf", () -> out.box("dref", 0, 0, () -> out.int32(1).box("url ", 0, 1, () -> {})));
            out.box("stbl", () -> {
                out.box("stsd", 0, 0, () -> out.int32(1).bytes(entry));
                out.box("stts", 0, 0, () -> out.int32(0));
                out.box("stsc", 0, 0, () -> out.int32(0));
                out.box("stsz", 0, 0, () -> out.int32s(0, 0));
                out.box("stco", 0, 0, () -> out.int32(0));
            });
        });
    }
}
