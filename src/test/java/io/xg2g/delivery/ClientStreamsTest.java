package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClientStreamsTest {
    @Test
    void streamsPerClientAreLimitedAndReleasedWhenOneEnds() {
        ClientStreams streams = new ClientStreams(2);
        assertThat(streams.enter("a")).isTrue();
        assertThat(streams.enter("a")).isTrue();
        assertThat(streams.enter("a")).isFalse();
        assertThat(streams.enter("b")).isTrue();

        streams.leave("a");

        assertThat(streams.enter("a")).isTrue();
        assertThat(streams.enter("a")).isFalse();
    }
}
