package io.xg2g.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TapTest {
    private static final Duration NOT_AT_ALL = Duration.ZERO;

    private final Broadcast broadcast = Broadcast.ofPieces();

    @Test
    void everyViewerGetsTheSameBytesFromItsBeginningOn() throws InterruptedException {
        Tap early = broadcast.tap();
        broadcast.send(new byte[] {1});
        Tap late = broadcast.tap();
        broadcast.send(new byte[] {2});

        assertThat(early.take(NOT_AT_ALL)).containsExactly(1);
        assertThat(early.take(NOT_AT_ALL)).containsExactly(2);
        assertThat(late.take(NOT_AT_ALL)).containsExactly(2);
        assertThat(late.take(NOT_AT_ALL)).isNull();
    }

    @Test
    void aViewerThatDoesNotReadIsCutOffAndHurtsNobody() throws InterruptedException {
        Tap slow = broadcast.tap();
        Tap quick = broadcast.tap();
        for (int i = 0; i < 100; i++) {
            broadcast.send(new byte[1 << 20]);
            assertThat(quick.take(NOT_AT_ALL)).hasSize(1 << 20);
        }
        assertThat(slow.isEnded()).isTrue();
        assertThat(quick.isEnded()).isFalse();
        assertThat(broadcast.size()).isEqualTo(1);
    }

    @Test
    void whatWaitsIsReadAfterTheEnd() throws InterruptedException {
        Tap tap = broadcast.tap();
        broadcast.send(new byte[] {1});
        broadcast.end();

        assertThat(tap.take(NOT_AT_ALL)).containsExactly(1);
        assertThat(tap.take(NOT_AT_ALL)).isNull();
        assertThat(tap.isEnded()).isTrue();
        assertThat(broadcast.tap().isEnded()).isTrue();
    }
}
