package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.media.StreamPreferences;
import io.xg2g.schedule.Patience;
import io.xg2g.schedule.TimeSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A blocked read of a process's pipe holds its thread, and a virtual thread's carrier, of which there are at most 256.
 */
class BlockedSourcesIT {
    private static final int CHANNELS = 300;
    private static final Duration PATIENCE = Patience.seconds(120);

    private final CountDownLatch reading = new CountDownLatch(CHANNELS);

    /** Source of a child process that writes nothing. */
    private final class SilentProcess implements Feed {
        private final Process process;

        private SilentProcess() {
            try {
                process = new ProcessBuilder("sleep", "600").start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public int read(byte[] buffer) throws IOException {
            reading.countDown();
            return process.getInputStream().read(buffer);
        }

        @Override
        public SourceException end() {
            return new SourceException(SourceException.Kind.ENDED, "the process ended");
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    void threeHundredSilentSourcesDoNotBlockVirtualThreads() throws Exception {
        List<Ingest> channels = IntStream.range(0, CHANNELS)
                .mapToObj(i -> new Ingest(
                        "channel-" + i,
                        SilentProcess::new,
                        (_, _) -> {
                            throw new AssertionError("nothing was sent");
                        },
                        new RecordingListener(),
                        StreamPreferences.NONE,
                        new PlaybackPace(PlaybackPace.RECORDED_AHEAD),
                        PATIENCE,
                        TimeSource.SYSTEM))
                .toList();
        try (var virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            channels.forEach(Ingest::start);
            assertThat(reading.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .as("all read")
                    .isTrue();

            Future<Integer> answer = virtual.submit(() -> 1);

            assertThat(answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(1);
        } finally {
            channels.parallelStream().forEach(Ingest::close);
        }
        assertThat(channels)
                .allSatisfy(channel -> assertThat(channel.status().phase()).isEqualTo(Ingest.Phase.CLOSED));
    }
}
