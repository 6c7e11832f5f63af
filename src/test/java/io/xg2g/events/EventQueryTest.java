package io.xg2g.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client may ask for. */
class EventQueryTest {
    private final EventQuery query = new EventQuery();

    @Test
    void withoutParametersEverythingIsWanted() {
        assertThat(query.hasStart()).isFalse();
        assertThat(query.limit()).isEqualTo(100);
        assertThat(query.wanted()).accepts(event("stream.started", 0), event("type.of.the.future", 0));
    }

    @Test
    void sinceASequenceBeginsBehindIt() {
        query.since = "17";
        assertThat(query.hasStart()).isTrue();
        assertThat(query.sequence()).isEqualTo(17);
        assertThat(query.wanted()).accepts(event("job.dead", 0));
    }

    @Test
    void sinceATimeBeginsWithIt() {
        query.since = "1970-01-01T01:00:10 01:00";
        assertThat(query.sequence()).isZero();
        assertThat(query.wanted()).accepts(event("job.dead", 10)).rejects(event("job.dead", 9));
    }

    @Test
    void theLatestReceivedEventPrecedesTheUrl() {
        query.since = "2030-01-01T00:00:00Z";
        query.lastEventId = "42";
        assertThat(query.sequence()).isEqualTo(42);
        assertThat(query.wanted()).accepts(event("job.dead", 0));
    }

    @Test
    void typesAndKindsAreSelected() {
        query.type = List.of("device", "stream.stopped");
        assertThat(query.wanted())
                .accepts(event("device.disabled", 0), event("device.restored", 0), event("stream.stopped", 0))
                .rejects(event("stream.started", 0), event("type.of.the.future", 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "ten", "", "99999999999"})
    void aBadLimitIsRefused(String limit) {
        query.limit = limit;
        assertThatThrownBy(query::limit).hasMessageContaining("1 to 1000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"yesterday", "", "-5", "1234567890123456789012", "2026-13-01T00:00:00Z"})
    void aBadStartIsRefused(String since) {
        query.since = since;
        assertThatThrownBy(query::wanted).hasMessageContaining("RFC 3339");
    }

    @Test
    void aBadIdAndAnUnknownTypeAreRefused() {
        query.lastEventId = "abc";
        assertThatThrownBy(query::sequence).hasMessageContaining("Last-Event-ID");
        query.type = List.of("streams");
        assertThatThrownBy(query::wanted).hasMessageContaining("breaker, camera, device");
    }

    private static RecordedEvent event(String type, long second) {
        return new RecordedEvent(1, Instant.ofEpochSecond(second), type, "subject", "message", Map.of(), null);
    }
}
