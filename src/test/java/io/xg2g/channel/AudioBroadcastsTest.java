package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.AacFrame;
import io.xg2g.media.AudioCodec;
import io.xg2g.media.AudioRole;
import io.xg2g.media.AudioTrackInfo;
import io.xg2g.media.TsBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class AudioBroadcastsTest {
    private static final AudioTrackInfo GERMAN = new AudioTrackInfo("deu", AudioRole.MAIN, AudioCodec.AAC, 0);
    private static final AudioTrackInfo ENGLISH = new AudioTrackInfo("eng", AudioRole.MAIN, AudioCodec.AAC, 0);

    private final AudioBroadcasts broadcasts = new AudioBroadcasts();

    /** The rendition {@code audio} is that of another language then. */
    @Test
    void aListenerKeepsTheTrackWhenItBecomesTheDefaultAndWhenItDoesNotAnyMore() throws InterruptedException {
        broadcasts.begun(List.of(GERMAN, ENGLISH));
        ViewerQueue english = broadcasts.of(ENGLISH).subscribe();
        ViewerQueue standard = broadcasts.standard().subscribe();
        byte[] first = frame(1);
        byte[] second = frame(2);
        send(1, first);
        assertThat(english.take(Duration.ZERO)).isEqualTo(first);
        assertThat(standard.take(Duration.ZERO)).isNull();

        broadcasts.begun(List.of(ENGLISH));
        send(0, second);
        assertThat(english.take(Duration.ZERO)).isEqualTo(second);
        assertThat(standard.take(Duration.ZERO)).isEqualTo(second);

        broadcasts.begun(List.of(GERMAN, ENGLISH));
        send(0, first);
        assertThat(english.take(Duration.ZERO)).isNull();
        assertThat(standard.take(Duration.ZERO)).isEqualTo(first);
    }

    @Test
    void theDefaultReplacesATrackThatIsMissing() throws InterruptedException {
        broadcasts.begun(List.of(GERMAN));
        ViewerQueue german = broadcasts.of(GERMAN).subscribe();
        broadcasts.begun(List.of(new AudioTrackInfo("mul", AudioRole.MAIN, AudioCodec.AAC, 0), ENGLISH));
        byte[] sent = frame(1);

        send(1, frame(2));
        send(0, sent);

        assertThat(german.take(Duration.ZERO)).isEqualTo(sent);
        assertThat(german.take(Duration.ZERO)).isNull();
    }

    private void send(int track, byte[] adts) {
        broadcasts.send(track, new AacFrame(0, adts));
    }

    private static byte[] frame(int last) {
        byte[] frame = TsBuilder.adts(100);
        frame[frame.length - 1] = (byte) last;
        return frame;
    }
}
