package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.SourceMonitor.Change;
import io.xg2g.media.TestStreams.Program;
import org.junit.jupiter.api.Test;

/** Programs of a multiplex beside the one that is taken. */
class OtherProgramsTest extends PlayedSource {
    /** As that of a loop in a multiplex. */
    @Test
    void aJumpOfAnotherProgramDoesNotConcernTheTakenOne() {
        int other = 0x200;
        source.tables(Program.of(1, video(VIDEO), audio(AUDIO)), Program.of(2, video(other)));
        for (int i = 0; i < 6 * GOP; i++) {
            long jump = i < 3 * GOP ? 0 : HOUR;
            source.video(VIDEO, i * FRAME, i % GOP == 0).audio(AUDIO, i * FRAME);
            source.video(other, i * FRAME + jump, i % GOP == 0);
            feed();
            assertThat(monitor.change()).as("frame %d", i).isEqualTo(Change.NONE);
            if (i == GOP) {
                select();
            }
        }

        assertThat(monitor.best().orElseThrow().map().number()).isEqualTo(1);
    }
}
