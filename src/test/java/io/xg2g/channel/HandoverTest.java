package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class HandoverTest {

    @Test
    void whatIsWrittenIsRead() {
        Handover running = Handover.running(900_000, 32, "gateway-0");
        Handover stopped = Handover.stopped(900_000, 17);

        assertThat(Handover.of(running.toString())).isEqualTo(running);
        assertThat(Handover.of(stopped.toString())).isEqualTo(stopped);
        assertThat(stopped.runningOn()).isEmpty();
    }

    @Test
    void aRunningChannelMayPublishMoreBeforeItsLeaseEnds() {
        assertThat(Handover.running(900_000, 32, "gateway-0"))
                .isEqualTo(new Handover(900_000 + 6 * 90_000, 32, Optional.of("gateway-0")));
    }

    @Test
    void withoutATextAChannelBegins() {
        assertThat(Handover.of("")).isEqualTo(Handover.NONE);
        assertThat(Handover.of("soon")).isEqualTo(Handover.NONE);
    }

    @Test
    void whatANewerReleaseAddsIsIgnored() {
        Handover running = Handover.running(900_000, 32, "gateway-0");
        Handover stopped = Handover.stopped(900_000, 17);

        assertThat(Handover.of(running + " more")).isEqualTo(running);
        assertThat(Handover.of(stopped + " more")).isEqualTo(stopped);
    }

    @Test
    void numbersAreReservedAheadOfTheirUse() {
        SharedSequence first = new SharedSequence(0);
        for (int used = 0; used < 100; used++) {
            assertThat(first.reserved()).isGreaterThanOrEqualTo(first.next() + DiscontinuitySequences.LOW_WATERMARK);
            assertThat(first.getAsLong()).isEqualTo(used);
        }
        SharedSequence successor = new SharedSequence(first.reserved());
        assertThat(successor.getAsLong()).isGreaterThanOrEqualTo(first.next());
    }
}
