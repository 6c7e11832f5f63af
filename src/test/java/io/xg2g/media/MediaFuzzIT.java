package io.xg2g.media;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Damaged real media: nothing but the declared result or exception comes out. */
class MediaFuzzIT {
    private static final List<byte[]> STREAMS = TsDemuxerIT.streams().stream()
            .map(Tool::read)
            .map(stream -> Arrays.copyOf(stream, Math.min(stream.length, 300 * 188)))
            .toList();
    private static final List<byte[]> FILES =
            FragmentedMp4IT.files().stream().map((Path file) -> Tool.read(file)).toList();

    @Property(tries = 300)
    void damagedStreamsAreRead(
            @ForAll @IntRange(max = 3) int which,
            @ForAll @Size(max = 100) int[] places,
            @ForAll int seed,
            @ForAll @IntRange(min = 1, max = 5_000) int piece) {
        byte[] stream = STREAMS.get(which).clone();
        Streams.damage(stream, places, seed);
        Streams.readAll(stream, piece);
    }

    /** Most damage goes to the tables, which are at the front. */
    @Property(tries = 500)
    void damagedFilesEndInAResultOrInMalformedMedia(
            @ForAll @IntRange(max = 2) int which,
            @ForAll @Size(max = 5) List<@IntRange(max = 3_000) Integer> places,
            @ForAll int seed) {
        byte[] file = FILES.get(which).clone();
        Streams.damage(file, places.stream().mapToInt(Integer::intValue).toArray(), seed);
        Streams.readFile(file);
    }
}
