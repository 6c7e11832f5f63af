package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.xg2g.media.AacFrame;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class IngestTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Whoever opens a source. */
    private interface Opener {
        Feed open() throws InterruptedException;
    }

    private static final class FakeFeeds extends Feeds {
        private final Opener opener;

        private FakeFeeds(Opener opener) {
            super(null, null, null, null, null);
            this.opener = opener;
        }

        @Override
        Feed open(Source source, Duration timeout) throws InterruptedException {
            return opener.open();
        }
    }

    private static final class Deaf implements Ingest.Listener {
        @Override
        public void raw(byte[] chunk) {}

        @Override
        public void begun(boolean sound) {}

        @Override
        public void ended() {}

        @Override
        public void proxied(byte[] chunk) {}

        @Override
        public void window(SourceWindow window) {}

        @Override
        public void audio(AacFrame frame) {}

        @Override
        public void unusable(SourceException why) {}
    }

    @Test
    void anErrorWhileASourceIsOpenedIsTriedAgainLikeEveryFailure() {
        CountDownLatch tries = new CountDownLatch(2);
        Ingest ingest = ingest(() -> {
            tries.countDown();
            throw new OutOfMemoryError("no thread left");
        });

        ingest.start();
        await().atMost(PATIENCE).until(() -> tries.getCount() == 0);
        await().atMost(PATIENCE).until(() -> ingest.state().phase() == Ingest.Phase.PAUSING);

        assertThat(ingest.state().trouble())
                .get()
                .satisfies(why -> assertThat(why.detail()).contains("unexpected error"));
        ingest.close();
        assertThat(ingest.state().phase()).isEqualTo(Ingest.Phase.CLOSED);
    }

    @Test
    void theEndInterruptsASourceThatHangsWhileItIsOpened() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        Ingest ingest = ingest(() -> {
            opening.countDown();
            new CountDownLatch(1).await();
            throw new AssertionError("nobody lets this go on");
        });

        ingest.start();
        opening.await();
        ingest.close();

        assertThat(ingest.state().phase()).isEqualTo(Ingest.Phase.CLOSED);
    }

    private static Ingest ingest(Opener opener) {
        return new Ingest(
                "news", new Source.Demo(), new FakeFeeds(opener), null, null, new Deaf(), Duration.ofSeconds(10));
    }
}
