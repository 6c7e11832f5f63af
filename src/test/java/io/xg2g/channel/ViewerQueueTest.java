package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ViewerQueueTest {
    private static final Duration NOT_AT_ALL = Duration.ZERO;

    private final Broadcast broadcast = Broadcast.ofAdts();

    @Test
    void everyViewerGetsTheSameBytesFromItsBeginningOn() throws InterruptedException {
        ViewerQueue early = broadcast.subscribe();
        broadcast.send(new byte[] {1});
        ViewerQueue late = broadcast.subscribe();
        broadcast.send(new byte[] {2});

        assertThat(early.take(NOT_AT_ALL)).containsExactly(1);
        assertThat(early.take(NOT_AT_ALL)).containsExactly(2);
        assertThat(late.take(NOT_AT_ALL)).containsExactly(2);
        assertThat(late.take(NOT_AT_ALL)).isNull();
    }

    @Test
    void aViewerThatDoesNotReadIsDisconnectedAndDoesNotDelayOthers() throws InterruptedException {
        ViewerQueue slow = broadcast.subscribe();
        ViewerQueue quick = broadcast.subscribe();
        for (int i = 0; i < 100; i++) {
            broadcast.send(new byte[1 << 20]);
            assertThat(quick.take(NOT_AT_ALL)).hasSize(1 << 20);
        }
        assertThat(slow.isEnded()).isTrue();
        assertThat(quick.isEnded()).isFalse();
        assertThat(broadcast.size()).isEqualTo(1);
    }

    @Test
    void queuedChunksAreReadAfterTheEnd() throws InterruptedException {
        ViewerQueue queue = broadcast.subscribe();
        broadcast.send(new byte[] {1});
        broadcast.end();

        assertThat(queue.take(NOT_AT_ALL)).containsExactly(1);
        assertThat(queue.take(NOT_AT_ALL)).isNull();
        assertThat(queue.isEnded()).isTrue();
        assertThat(broadcast.subscribe().isEnded()).isTrue();
    }
}
