package io.xg2g.delivery;

import io.xg2g.media.FragmentedMp4;
import io.xg2g.media.FragmentedMp4.Sample;
import io.xg2g.media.MalformedMedia;
import io.xg2g.media.VideoTrackInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * What a player learns from a segment and its init segment. Times are in the track's timescale.
 *
 * @param bytes size of the segment
 * @param decodeTime decode time of the first sample
 * @param presentationTime earliest presentation time
 * @param duration sum of the samples' durations
 * @param samples number of samples
 * @param sync whether decoding can begin with the first sample
 * @param video description of the track, if it is video
 */
record ServedMedia(
        int bytes,
        int timescale,
        long decodeTime,
        long presentationTime,
        long duration,
        int samples,
        boolean sync,
        Optional<VideoTrackInfo> video) {

    static ServedMedia read(byte[] init, byte[] segment) throws MalformedMedia {
        String text = new String(init, StandardCharsets.ISO_8859_1);
        List<Sample> samples = FragmentedMp4.samples(segment);
        // ISO/IEC 14496-12, 8.4.2: version 0 has two times of 4 bytes before the time scale, version 1 of 8.
        int header = text.indexOf("mdhd") + 4;
        return new ServedMedia(
                segment.length,
                ByteBuffer.wrap(init).getInt(header + (init[header] == 0 ? 12 : 20)),
                samples.getFirst().dts(),
                samples.stream().mapToLong(Sample::pts).min().orElseThrow(),
                FragmentedMp4.fragment(segment).duration(),
                samples.size(),
                samples.getFirst().sync(),
                text.contains("vide") ? Optional.of(FragmentedMp4.track(init)) : Optional.empty());
    }

    double seconds() {
        return (double) duration / timescale;
    }

    long bits() {
        return 8L * bytes;
    }

    /** Samples per second. */
    double rate() {
        return samples / seconds();
    }

    /** Returns whether the segment begins with this time: its first sample in the order of decoding or of presentation. */
    boolean beginsAt(long time) {
        return decodeTime == time || presentationTime == time;
    }
}
