package io.xg2g.media;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Test that damaged real media end in the declared result or exception. */
class MediaFuzzIT {
    private static final List<byte[]> STREAMS = TsDemuxerIT.streams().stream()
            .map(FfmpegTool::read)
            .map(stream -> Arrays.copyOf(stream, Math.min(stream.length, 300 * 188)))
            .toList();
    private static final List<byte[]> FILES = FragmentedMp4IT.files().stream()
            .map((Path file) -> FfmpegTool.read(file))
            .toList();

    @RandomTest(tries = 300)
    void damagedStreamsAreRead(RandomInput input) {
        byte[] stream = input.of(STREAMS).clone();
        ParserInput.damage(stream, input.anyInts(100), input.anyInt());
        ParserInput.readAll(stream, input.between(1, 5_000));
    }

    /** Most damage goes to the tables, which are at the front. */
    @RandomTest(tries = 500)
    void damagedFilesAreReadOrRefusedAsMalformed(RandomInput input) {
        byte[] file = input.of(FILES).clone();
        int[] places = input.list(5, () -> input.between(0, 3_000)).stream()
                .mapToInt(Integer::intValue)
                .toArray();
        ParserInput.damage(file, places, input.anyInt());
        ParserInput.readFile(file);
    }
}
