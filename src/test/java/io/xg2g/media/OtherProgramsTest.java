package io.xg2g.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.SourceMonitor.Change;
import io.xg2g.media.TestStreams.Program;
import org.junit.jupiter.api.Test;

/** What of a source does not concern the program that is taken: other programs, and the time before there is a key. */
class OtherProgramsTest extends PlayedSource {
    /** As from OSCam's stream relay, which does not have the key at once. */
    @Test
    void aServiceThatIsScrambledAtTheBeginningOnlyIsTaken() {
        source.tables(Program.of(1, video(VIDEO)));
        for (int i = 0; i < 100; i++) {
            source.video(VIDEO, i * FRAME, i % GOP == 0);
        }
        byte[] locked = source.take();
        for (int at = 0; at < locked.length; at += TsPacket.SIZE) {
            if (TsPacket.pid(locked, at) == VIDEO) {
                locked[at + 3] |= (byte) 0x80;
            }
        }
        monitor.accept(locked, 0, locked.length);
        assertThat(monitor.scrambled()).isFalse();

        for (int i = 100; i < 200; i++) {
            source.video(VIDEO, i * FRAME, i % GOP == 0);
        }
        feed();

        assertThat(monitor.scrambled()).isFalse();
        assertThat(monitor.best().orElseThrow().hasVideo()).isTrue();
    }

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
