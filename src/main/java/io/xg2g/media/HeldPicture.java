package io.xg2g.media;

import io.xg2g.media.FragmentedMp4.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Media segment that shows the last picture of another one, made without an encoder and therefore with the same parameter sets.
 *
 * <p>The frames that the last picture refers to are decoded again, from the last sync sample on, and shown for one tick each:
 *
 * <pre>
 *   segment   │ 0 │ 1 │ 2 │ 3 │ 4 │
 *   held      ││││ 4                │
 * </pre>
 */
public final class HeldPicture {
    private HeldPicture() {}

    /**
     * Returns a media segment of one fragment.
     *
     * @param media media segment of any codec; a held one is held again
     * @param sequence {@code sequence_number}, modulo 2^32
     * @param start presentation time, in the track's timescale
     * @param duration in the track's timescale
     * @throws MalformedMedia if the segment has no sync sample before its last picture, or more frames than the duration has
     *     ticks
     */
    public static byte[] of(byte[] media, long sequence, long start, long duration) throws MalformedMedia {
        List<Sample> samples = FragmentedMp4.samples(media);
        List<Sample> frames = frames(samples);
        int last = frames.size() - 1;
        if (duration <= last || duration > Integer.MAX_VALUE) {
            throw new MalformedMedia(
                    "a segment of " + frames.size() + " frames cannot be held for " + duration + " ticks");
        }
        List<Long> shown =
                new ArrayList<>(new TreeSet<>(frames.stream().map(Sample::pts).toList()));
        int[] places =
                frames.stream().mapToInt(frame -> shown.indexOf(frame.pts())).toArray();
        // Decoding begins as long before the presentation as in the segment, so that decode times are continuous.
        long delay = samples.getFirst().pts() - samples.getFirst().dts();
        for (int i = 0; i <= last; i++) {
            delay = Math.max(delay, i - places[i]);
        }
        Mp4Writer data = new Mp4Writer();
        List<CmafFragment.Entry> entries = new ArrayList<>();
        for (int i = 0; i <= last; i++) {
            Sample frame = frames.get(i);
            int ticks = i < last ? 1 : (int) duration - last;
            entries.add(new CmafFragment.Entry(ticks, frame.size(), frame.sync(), (int) (places[i] - i + delay)));
            data.bytes(media, frame.offset(), frame.size());
        }
        return CmafFragment.of(sequence, start - delay, entries, data.bytes());
    }

    /** Returns the last picture after those that it may refer to, in decoding order. */
    private static List<Sample> frames(List<Sample> samples) throws MalformedMedia {
        int last = 0;
        for (int i = 0; i < samples.size(); i++) {
            last = samples.get(i).pts() >= samples.get(last).pts() ? i : last;
        }
        int first = last;
        while (first >= 0 && !samples.get(first).sync()) {
            first--;
        }
        if (first < 0) {
            throw new MalformedMedia("the segment has no sync sample before its last picture");
        }
        long from = samples.get(first).pts();
        // Frames that are shown before the sync sample may refer to earlier ones.
        return samples.subList(first, last + 1).stream()
                .filter(sample -> sample.pts() >= from)
                .toList();
    }
}
