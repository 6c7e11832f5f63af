package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.PrivateStreams;
import io.xg2g.schedule.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrabbedFeedTest {
    private static final URI CAMERA = URI.create("rtsp://192.0.2.7/1");
    private static final byte[] ENCODED = {1, 2, 3};

    /** Step of a child: returns its output, or nothing at its end. */
    private interface Step {
        byte[] output();
    }

    private final class Child implements Feed {
        final boolean encodes;
        final Deque<Step> steps = new ArrayDeque<>();
        boolean closed;

        Child(boolean encodes, List<Step> steps) {
            this.encodes = encodes;
            this.steps.addAll(steps);
        }

        @Override
        public int read(byte[] buffer) throws IOException {
            byte[] output = steps.isEmpty() ? new byte[0] : steps.removeFirst().output();
            if (closed) {
                throw new IOException("Stream closed");
            }
            System.arraycopy(output, 0, buffer, 0, output.length);
            return output.length == 0 ? -1 : output.length;
        }

        @Override
        public SourceException end() {
            return new SourceException(SourceException.Kind.ENDED, "ended");
        }

        @Override
        public SourceException silent(Duration timeout) {
            return SourceException.ofStatus(403);
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    private final ManualTime time = new ManualTime();
    private final EncodedAudio memory = new EncodedAudio();
    private final List<Child> children = new ArrayList<>();
    private List<Step> copying = List.of();
    private List<Step> encoding = List.of(() -> ENCODED);

    private Feed open() throws Exception {
        return GrabbedFeed.open(
                encodes -> {
                    Child child = new Child(encodes, encodes ? encoding : copying);
                    children.add(child);
                    return child;
                },
                memory.of(CAMERA),
                time);
    }

    private static byte[] all(Feed feed) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        byte[] buffer = new byte[64 * 1024];
        for (int n = feed.read(buffer); n >= 0; n = feed.read(buffer)) {
            all.write(buffer, 0, n);
        }
        return all.toByteArray();
    }

    private List<Boolean> opened() {
        return children.stream().map(child -> child.encodes).toList();
    }

    /** The server of a silent source may have answered with an error, which the child's relay knows. */
    @Test
    void theReasonOfSilenceIsThatOfTheChild() throws Exception {
        Duration timeout = Duration.ofSeconds(10);
        assertThat(open().silent(timeout).kind()).isEqualTo(SourceException.Kind.UNAUTHORIZED);
        assertThat(new PacketFeed(open()).silent(timeout).kind()).isEqualTo(SourceException.Kind.UNAUTHORIZED);
    }

    @Test
    void audioThatTransportStreamsCarryIsCopied() throws Exception {
        byte[] stream = PrivateStreams.withoutPrivateAudio();
        copying = List.of(() -> stream);

        assertThat(all(open())).isEqualTo(stream);
        assertThat(opened()).containsExactly(false);
    }

    @Test
    void audioThatTransportStreamsCannotCarryIsEncodedBeforeAnyPictureIsShown() throws Exception {
        copying = List.of(PrivateStreams::video, PrivateStreams::audio);

        assertThat(all(open())).isEqualTo(ENCODED);
        assertThat(opened()).containsExactly(false, true);
        assertThat(children.getFirst().closed).isTrue();

        assertThat(all(open())).isEqualTo(ENCODED);
        assertThat(opened()).as("it is known the second time").containsExactly(false, true, true);
    }

    @Test
    void thePictureDoesNotWaitForAudioThatIsAnnouncedOnly() throws Exception {
        byte[] video = PrivateStreams.video();
        copying = List.of(() -> video, () -> {
            time.advance(Duration.ofMillis(1_100));
            return video;
        });

        assertThat(all(open())).hasSize(2 * video.length);
        assertThat(opened()).containsExactly(false);
    }

    @Test
    void audioThatBeginsLateIsEncodedFromThenOn() throws Exception {
        byte[] video = PrivateStreams.video();
        copying = List.of(
                () -> video,
                () -> {
                    time.advance(Duration.ofMinutes(1));
                    return video;
                },
                PrivateStreams::audio);

        assertThat(all(open())).hasSize(2 * video.length + ENCODED.length);
        assertThat(opened()).containsExactly(false, true);
    }

    @Test
    void audioThatDoesNotReturnIsForgotten() throws Exception {
        memory.of(CAMERA).encodes(true);
        byte[] video = PrivateStreams.withoutPrivateAudio();
        copying = List.of(() -> video);
        encoding = List.of(() -> {
            time.advance(Duration.ofSeconds(4));
            return new byte[0];
        });

        assertThat(all(open())).isEqualTo(video);
        assertThat(opened()).containsExactly(true, false);
        assertThat(memory.of(CAMERA).encodes()).isFalse();
    }

    /** Each connection has one packet of audio at its start, and then none. */
    @Test
    void thePictureDoesNotWaitForAudioThatBreaksOffAtOnce() throws Exception {
        byte[] video = PrivateStreams.video();
        copying = List.of(() -> video, PrivateStreams::audio, () -> video, PrivateStreams::audio);
        encoding = List.of(() -> {
            time.advance(Duration.ofSeconds(4));
            return new byte[0];
        });

        assertThat(all(open())).hasSize(2 * video.length + 2 * PrivateStreams.audio().length);
        assertThat(opened()).containsExactly(false, true, false);
    }

    @Test
    void audioThatStaysIsEncodedAfterAnEncodingChildWithoutOutput() throws Exception {
        byte[] video = PrivateStreams.video();
        List<Step> steps = new ArrayList<>(List.of(() -> video));
        for (int i = 0; i < 20; i++) {
            steps.add(() -> {
                time.advance(Duration.ofMillis(500));
                return PrivateStreams.audio();
            });
        }
        copying = steps;
        encoding = List.of(() -> {
            time.advance(Duration.ofSeconds(children.size() == 2 ? 4 : 0));
            return children.size() == 2 ? new byte[0] : ENCODED;
        });

        assertThat(all(open()))
                .hasSize(video.length + 16 * PrivateStreams.audio().length + ENCODED.length)
                .endsWith(ENCODED);
        assertThat(opened()).containsExactly(false, true, false, true);
    }

    @Test
    void aSourceThatIsGivenUpWhileItWaitsForAudioIsCopiedNextTime() throws Exception {
        memory.of(CAMERA).encodes(true);

        open().close();

        assertThat(memory.of(CAMERA).encodes()).isFalse();
    }

    @Test
    void theEndOfAnEncodingChildIsTheEndOfTheSource() throws Exception {
        memory.of(CAMERA).encodes(true);

        Feed feed = open();

        assertThat(all(feed)).isEqualTo(ENCODED);
        assertThat(feed.end().kind()).isEqualTo(SourceException.Kind.ENDED);
        assertThat(time.pending()).isZero();
    }
}
