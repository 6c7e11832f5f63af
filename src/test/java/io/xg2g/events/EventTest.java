package io.xg2g.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Events have neither credentials nor unbounded texts. */
class EventTest {

    @Test
    void credentialsAreRemovedFromEveryText() {
        Event event = Event.of(
                EventType.STREAM_RECOVERING,
                "http://root:s3cret@box/a",
                "rtsp://admin:s3cret@192.0.2.7/live?token=s3cret failed",
                Map.of("detail", "GET http://box/stream?password=s3cret: 401"));

        assertThat(event.toString()).doesNotContain("s3cret").contains("192.0.2.7");
        assertThat(event.type()).isEqualTo("stream.recovering");
    }

    @Test
    void textsAndDetailsAreBounded() {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 100; i++) {
            many.put("key" + i, "x".repeat(10_000));
        }
        Event event = Event.of(EventType.JOB_DEAD, "id", "y".repeat(10_000), many);

        assertThat(event.message()).hasSize(Event.MAX_TEXT);
        assertThat(event.details()).hasSize(Event.MAX_DETAILS);
        assertThat(event.details().values()).allMatch(value -> value.length() == Event.MAX_TEXT);
    }

    @Test
    void everyTypeIsNamedByItsKindAndWhatHappened() {
        for (EventType type : EventType.values()) {
            assertThat(type.label()).matches("[a-z]+\\.[a-z]+");
            assertThat(type.name().toLowerCase(Locale.ROOT).replace('_', '.')).isEqualTo(type.label());
        }
    }
}
