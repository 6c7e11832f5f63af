package io.xg2g.media;

/**
 * Video track of an initialization segment.
 *
 * @param info description
 * @param configuration decoder configuration box: {@code avcC}, {@code hvcC} or {@code av1C}
 */
record Mp4VideoTrack(VideoTrackInfo info, Mp4Box configuration) {
    /** Size of the fields of a visual sample entry (ISO/IEC 14496-12, 8.5.2 and 12.1.3). */
    private static final int VISUAL_ENTRY = 78;

    static Mp4VideoTrack of(byte[] init) throws MalformedMedia {
        Mp4Box moov = Mp4Box.all(init).child("moov");
        for (Mp4Box trak = moov.first(0); trak != null; trak = trak.next(moov)) {
            if (trak.is("trak") && trak.child("mdia").child("hdlr").int32(8) == Mp4Box.type("vide")) {
                return of(trak.child("mdia"));
            }
        }
        throw new MalformedMedia("the MP4 file has no video track");
    }

    private static Mp4VideoTrack of(Mp4Box mdia) throws MalformedMedia {
        Mp4Box mdhd = mdia.child("mdhd");
        // Version 1 has 64-bit times before the time scale (ISO/IEC 14496-12, 8.4.2).
        int timescale = mdhd.int32(mdhd.int8(0) == 1 ? 20 : 12);
        Mp4Box entry = mdia.child("minf").child("stbl").child("stsd").first(8);
        if (timescale <= 0 || entry == null) {
            throw new MalformedMedia("the MP4 file's video track has no timescale or no description");
        }
        String name = name(entry);
        String kind = configurationOf(name);
        Mp4Box configuration = inside(entry, kind);
        String codec = switch (kind) {
            case "avcC" -> CodecName.avc(name, configuration);
            case "hvcC" -> CodecName.hevc(name, configuration);
            default -> CodecName.av1(configuration);
        };
        return new Mp4VideoTrack(new VideoTrackInfo(codec, entry.int16(24), entry.int16(26), timescale), configuration);
    }

    private static String configurationOf(String entry) throws MalformedMedia {
        return switch (entry) {
            case "avc1", "avc3" -> "avcC";
            case "hvc1", "hev1" -> "hvcC";
            case "av01" -> "av1C";
            default -> throw new MalformedMedia("the MP4 file's video is neither H.264 nor HEVC nor AV1");
        };
    }

    private static Mp4Box inside(Mp4Box entry, String kind) throws MalformedMedia {
        int wanted = Mp4Box.type(kind);
        entry.position(VISUAL_ENTRY, 0);
        for (Mp4Box box = entry.first(VISUAL_ENTRY); box != null; box = box.next(entry)) {
            if (box.type() == wanted) {
                return box;
            }
        }
        throw new MalformedMedia("the MP4 file's video has no " + kind + " box");
    }

    private static String name(Mp4Box entry) {
        int type = entry.type();
        return "" + (char) (type >>> 24) + (char) ((type >> 16) & 0xff) + (char) ((type >> 8) & 0xff)
                + (char) (type & 0xff);
    }
}
