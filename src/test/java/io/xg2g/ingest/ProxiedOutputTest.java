package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.TsBuilder;
import io.xg2g.media.TsPacket;
import io.xg2g.media.TsProgram;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProxiedOutputTest {
    /** PID of the program map table. */
    private static final int MAP = 4096;

    private final RecordingListener listener = new RecordingListener();
    private final ProxiedOutput output = new ProxiedOutput(listener);

    /** Each run begins with version 0; players do not read tables of a version that they know. */
    @Test
    void theTablesOfARunWithOtherStreamsHaveAnotherVersion() {
        run(TsProgram.H264);
        run(TsProgram.H264);
        run(TsProgram.HEVC);
        run(TsProgram.H264);

        assertThat(versions()).containsExactly(1, 1, 2, 3);
    }

    @Test
    void thePacketThatARunHasNotCompletedIsDropped() {
        run(TsProgram.H264);
        output.accept(new byte[] {TsPacket.SYNC, 1, 0, 16});
        run(TsProgram.HEVC);

        assertThat(versions()).containsExactly(1, 2);
    }

    private void run(int videoType) {
        output.begin();
        output.accept(new TsBuilder().tables(videoType).bytes());
    }

    /** The versions of the program map tables that were passed. */
    private List<Integer> versions() {
        byte[] passed = listener.proxied.toByteArray();
        List<Integer> versions = new ArrayList<>();
        for (int at = 0; at < passed.length; at += TsPacket.SIZE) {
            if (TsPacket.pid(passed, at) == MAP) {
                // A header of 4 bytes, the pointer field, and 5 bytes of the section.
                versions.add((passed[at + 10] >> 1) & 0x1f);
            }
        }
        return versions;
    }
}
