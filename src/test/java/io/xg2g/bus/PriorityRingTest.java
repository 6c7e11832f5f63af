package io.xg2g.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class PriorityRingTest {
    private final PriorityRing ring =
            new PriorityRing(4, 1, false, new ReentrantLock().newCondition(), () -> new Group[0]);

    /** Its group has gone, otherwise the position of the later message could not have been claimed. */
    @Test
    void aPublisherThatIsLateReplacesNoLaterMessage() {
        long late = ring.claim(false);
        long later = ring.claim(false);
        Message message = Message.of("topic", new byte[0]);

        ring.fill(later, message);
        ring.fill(late, Message.of("topic", new byte[0]));

        assertThat(ring.at(later)).isSameAs(message);
        assertThat(ring.at(late)).isNull();
    }
}
