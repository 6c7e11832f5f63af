package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.AacFrame;
import io.xg2g.media.AacTrack;
import io.xg2g.media.AdtsHeader;
import io.xg2g.media.FragmentedMp4;
import io.xg2g.media.TsBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Segments that replace missing ones. */
class SegmentStoreTest {
    private static final long BEGIN = 1_795_000_000L * 90_000;
    private static final int SAMPLES = 10;
    private static final long DURATION = SAMPLES * 1024L;

    @TempDir
    Path directory;

    /** A slate is repeated as it is, unless the window has another length; of another segment only the last picture is held. */
    @ParameterizedTest
    @CsvSource({"SLATE, 0, 10, SLATE", "SLATE, 1, 1, SLATE", "SOURCE, 0, 1, HELD", "HELD, 0, 1, HELD"})
    void aSegmentIsStoredWithTheTimesOfItsWindow(
            Segment.Content content, long longer, int samples, Segment.Content stored) throws Exception {
        LastPictures.Picture last = picture(content);
        byte[] before = Files.readAllBytes(last.file());
        SegmentStore store = new SegmentStore.InDirectory(directory);

        LastPictures.Picture held = store.held("720p", last, BEGIN, DURATION + longer);

        assertThat(held.segment())
                .isEqualTo(new Segment(BEGIN, DURATION + longer, (int) Files.size(held.file()), stored));
        byte[] media = Files.readAllBytes(held.file());
        assertThat(FragmentedMp4.samples(media)).hasSize(samples);
        assertThat(FragmentedMp4.samples(media).getFirst().pts()).isEqualTo(BEGIN);
        assertThat(FragmentedMp4.fragment(media).duration()).isEqualTo(DURATION + longer);
        assertThat(last.file()).hasBinaryContent(before);
    }

    @Test
    void aPictureIsThatOfATrackWithOneInitSegment() throws Exception {
        byte[] init = {1};
        LastPictures pictures = new LastPictures();
        LastPictures.Picture slate = picture(Segment.Content.SLATE);
        pictures.published("720p", slate, init);

        assertThat(pictures.of("720p", init)).contains(slate);
        assertThat(pictures.of("720p", new byte[] {2})).isEmpty();
        assertThat(pictures.showSlate("720p"::equals)).isTrue();
        assertThat(pictures.showSlate("480p"::equals)).as("not shown any more").isFalse();

        pictures.retain((track, _) -> !track.equals("720p"));

        assertThat(pictures.of("720p", init)).isEmpty();
    }

    /** A segment with sync samples. */
    private LastPictures.Picture picture(Segment.Content content) throws Exception {
        byte[] frame = TsBuilder.adts(20);
        AacTrack track = new AacTrack(AdtsHeader.parse(frame, 0).orElseThrow());
        List<AacFrame> frames = Collections.nCopies(SAMPLES, new AacFrame(0, frame));
        long time = BEGIN - 5 * DURATION;
        byte[] media = track.fragment(1, time, 0, frames);
        Path file = Files.write(directory.resolve("720p-" + time + ".m4s"), media);
        return new LastPictures.Picture(new Segment(time, DURATION, media.length, content), file);
    }
}
