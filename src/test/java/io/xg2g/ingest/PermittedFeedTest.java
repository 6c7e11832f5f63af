package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PermittedFeedTest {
    private final AtomicInteger given = new AtomicInteger();
    private final AtomicInteger forgotten = new AtomicInteger();

    static Throwable[] failures() {
        return new Throwable[] {
            new SourceException(SourceException.Kind.UNREACHABLE, "gone"),
            new InterruptedException(),
            new IllegalStateException("a bug"),
            new OutOfMemoryError("no thread left")
        };
    }

    @ParameterizedTest
    @MethodSource("failures")
    void thePermitIsReleasedAfterAnyException(Throwable failure) {
        assertThatThrownBy(() ->
                        PermittedFeed.open(given::incrementAndGet, forgotten::incrementAndGet, () -> fail(failure)))
                .isSameAs(failure);

        assertThat(given).hasValue(1);
        assertThat(forgotten).hasValue(1);
    }

    @Test
    void aStreamThatCannotBeUsedIsForgotten() throws Exception {
        Feed feed = PermittedFeed.open(given::incrementAndGet, forgotten::incrementAndGet, BrokenFeed::new);
        assertThat(forgotten).hasValue(0);

        feed.unusable();

        assertThat(forgotten).hasValue(1);
        assertThat(given).hasValue(0);
    }

    @Test
    void thePermitIsReleasedEvenIfClosingTheStreamFails() throws Exception {
        Feed feed = PermittedFeed.open(given::incrementAndGet, forgotten::incrementAndGet, BrokenFeed::new);

        assertThat(given).hasValue(0);
        assertThatThrownBy(feed::close).isInstanceOf(IllegalStateException.class);
        assertThat(given).hasValue(1);
        assertThat(forgotten).hasValue(0);
    }

    private static final class BrokenFeed implements Feed {
        @Override
        public int read(byte[] buffer) {
            return -1;
        }

        @Override
        public SourceException end() {
            return new SourceException(SourceException.Kind.ENDED, "over");
        }

        @Override
        public void close() {
            throw new IllegalStateException("a bug");
        }
    }

    private static Feed fail(Throwable failure) throws SourceException, InterruptedException {
        switch (failure) {
            case SourceException refused -> throw refused;
            case InterruptedException cut -> throw cut;
            case RuntimeException bug -> throw bug;
            default -> throw (Error) failure;
        }
    }
}
