package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.AdtsHeader;
import io.xg2g.media.SilentAac;
import io.xg2g.media.TsPacket;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BroadcastTest {
    private final AtomicLong now = new AtomicLong();

    @Test
    void aViewerOfAStreamWithoutKeyframesWaitsForThreeSeconds() throws InterruptedException {
        // Given
        Broadcast broadcast = Broadcast.ofTransportStream(now::get);
        ViewerQueue queue = broadcast.subscribe();

        // When
        broadcast.send(packet(1));
        now.set(TimeUnit.SECONDS.toNanos(3) + 1);
        broadcast.send(packet(2));
        broadcast.send(packet(3));

        // Then
        assertThat(queue.take(Duration.ZERO)).isEqualTo(packet(2));
        assertThat(queue.take(Duration.ZERO)).isEqualTo(packet(3));
        assertThat(queue.take(Duration.ZERO)).isNull();
    }

    /** Otherwise the first viewer would get the end of a group of pictures, which it cannot decode. */
    @Test
    void theTimeInWhichTheSourceIsOpenedDoesNotCount() throws InterruptedException {
        // Given
        Broadcast broadcast = Broadcast.ofTransportStream(now::get);
        ViewerQueue queue = broadcast.subscribe();
        now.set(TimeUnit.SECONDS.toNanos(60));

        // When
        broadcast.send(packet(1));
        now.addAndGet(TimeUnit.SECONDS.toNanos(3));
        broadcast.send(packet(2));

        // Then
        assertThat(queue.take(Duration.ZERO)).isNull();
        now.addAndGet(1);
        broadcast.send(packet(3));
        assertThat(queue.take(Duration.ZERO)).isEqualTo(packet(3));
    }

    @Test
    void aViewerThatWaitsForAKeyframeIsNotifiedOfTheEndAndCanLeave() {
        // Given
        Broadcast broadcast = Broadcast.ofTransportStream(now::get);
        ViewerQueue first = broadcast.subscribe();
        ViewerQueue second = broadcast.subscribe();
        assertThat(broadcast.size()).isEqualTo(2);

        // When
        broadcast.remove(first);

        // Then
        assertThat(broadcast.size()).isEqualTo(1);
        broadcast.end();
        assertThat(second.isEnded()).isTrue();
    }

    @Test
    void chunksAreSentToAllViewersAtOnce() throws InterruptedException {
        // Given
        Broadcast broadcast = Broadcast.ofAdts();
        ViewerQueue first = broadcast.subscribe();
        ViewerQueue second = broadcast.subscribe();

        // When
        broadcast.send(new byte[] {1});

        // Then
        assertThat(first.take(Duration.ZERO)).containsExactly(1);
        assertThat(second.take(Duration.ZERO)).containsExactly(1);
    }

    /** Players end a connection that is silent for some seconds. */
    @Test
    void theFillerIsANullPacketOrSilenceInTheFormatOfTheLastFrame() {
        // Given
        byte[] mono = SilentAac.frame(new AdtsHeader(1, 44_100, 1, 0, 0));
        Broadcast audio = Broadcast.ofAdts();
        assertThat(audio.filler()).isEmpty();

        // When
        audio.send(Arrays.copyOf(mono, mono.length + 1));

        // Then
        assertThat(audio.filler()).isEqualTo(mono);
        assertThat(Broadcast.ofTransportStream(now::get).filler()).isEqualTo(TsPacket.nullPacket());
    }

    @Test
    void queuedBytesOfAllBroadcastsStayWithinTheBudget() {
        // Given
        ViewerMemory memory = new ViewerMemory(1000);
        Broadcast one = Broadcast.ofAdts(memory);
        Broadcast other = Broadcast.ofAdts(memory);
        ViewerQueue first = one.subscribe();
        one.send(new byte[900]);
        assertThat(first.isEnded()).isFalse();

        // When
        ViewerQueue second = other.subscribe();
        other.send(new byte[500]);
        one.send(new byte[1]);

        // Then
        assertThat(first.isEnded()).isTrue();
        assertThat(second.isEnded()).isFalse();
        assertThat(memory.share()).isEqualTo(1000);
        other.remove(second);
        other.end();
        assertThat(memory.share()).isEqualTo(1000);
    }

    @Test
    void aBroadcastWithoutViewersTakesNoShare() {
        ViewerMemory memory = new ViewerMemory(1000);
        Broadcast one = Broadcast.ofTransportStream(now::get, memory);
        Broadcast other = Broadcast.ofAdts(memory);
        ViewerQueue waiting = one.subscribe();
        other.subscribe();
        assertThat(memory.share()).isEqualTo(500);
        one.remove(waiting);
        assertThat(memory.share()).isEqualTo(1000);
        one.subscribe();
        one.end();
        one.subscribe();
        assertThat(memory.share()).isEqualTo(1000);
    }

    /** A packet of no program's PID. */
    private static byte[] packet(int content) {
        byte[] packet = new byte[188];
        packet[0] = 0x47;
        packet[1] = 0x01;
        packet[3] = 0x10;
        packet[187] = (byte) content;
        return packet;
    }
}
