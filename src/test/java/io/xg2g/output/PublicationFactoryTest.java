package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.xg2g.camera.CameraStatus;
import io.xg2g.camera.Frame;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublicationFactoryTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00.123456789Z");

    private final PublicationFactory publications =
            new PublicationFactory(new OutputSettings.Exchanges("cameras", "camera.metadata", "camera.status"));
    private final Frame frame = new TestFrame("garten", 7).frame();

    @Test
    void aFrameIsItsPictureWithHeaders() {
        Publication message = publications.frame(frame);

        assertThat(message.exchange()).isEqualTo("cameras");
        assertThat(message.key()).isEqualTo("camera.garten");
        assertThat(message.contentType()).isEqualTo("image/jpeg");
        assertThat(message.body().get()).isEqualTo(PublicationFactory.bytes(frame.jpeg()));
        assertThat(message.headers())
                .containsEntry("camera_id", "garten")
                .containsEntry("sequence", 7L)
                .containsEntry("width", frame.width())
                .containsEntry("timestamp_nano", PublicationFactory.nanos(frame.arrived()))
                .doesNotContainKey("captured_nano");
    }

    @Test
    void metadataNameTheKeyInRedis() throws IOException {
        JsonNode json = json(publications.metadata(
                frame, Optional.of(new PublicationFactory.Stored("xg2g:frames:garten:1:7", Duration.ofSeconds(60)))));

        assertThat(json.path("event_type").asText()).isEqualTo("frame");
        assertThat(json.path("camera_id").asText()).isEqualTo("garten");
        assertThat(json.path("timestamp").asText()).isEqualTo(frame.arrived().toString());
        assertThat(json.path("timestamp_nano").asLong()).isEqualTo(PublicationFactory.nanos(frame.arrived()));
        assertThat(json.path("redis_key").asText()).isEqualTo("xg2g:frames:garten:1:7");
        assertThat(json.path("width").asInt()).isEqualTo(frame.width());
        assertThat(json.path("height").asInt()).isEqualTo(frame.height());
        assertThat(json.path("encoding").asText()).isEqualTo("jpeg");
        assertThat(json.path("size_bytes").asInt()).isEqualTo(frame.jpeg().size());
        assertThat(json.path("ttl_seconds").asInt()).isEqualTo(60);
    }

    @Test
    void withoutRedisThereIsNoKey() throws IOException {
        JsonNode json = json(publications.metadata(frame, Optional.empty()));

        assertThat(json.get("redis_key").isNull()).isTrue();
        assertThat(json.get("ttl_seconds").isNull()).isTrue();
    }

    @Test
    void eventsHaveTheStateOfACameraAndOfTheProgram() throws IOException {
        Publication status = publications.status(
                new CameraStatus("tor", "Gate", CameraStatus.State.LOST, "no frame for 5 s", NOW), NOW);
        Publication system =
                publications.system("running", "1.2", Duration.ofMinutes(2), Map.of(CameraStatus.State.LIVE, 3L), NOW);

        assertThat(status.key()).isEqualTo("camera.tor");
        assertThat(status.exchange()).isEqualTo("camera.status");
        assertThat(json(status).path("state").asText()).isEqualTo("lost");
        assertThat(json(status).path("reason").asText()).isEqualTo("no frame for 5 s");
        assertThat(system.key()).isEqualTo("system");
        assertThat(json(system).path("cameras").path("live").asInt()).isEqualTo(3);
        assertThat(json(system).path("cameras").path("lost").asInt()).isZero();
        assertThat(json(system).path("uptime_seconds").asInt()).isEqualTo(120);
    }

    @Test
    void timesHaveNanoseconds() {
        assertThat(PublicationFactory.nanos(NOW)).isEqualTo(1_769_860_800_123_456_789L);
    }

    private static JsonNode json(Publication message) throws IOException {
        assertThat(message.contentType()).isEqualTo("application/json");
        return new ObjectMapper().readTree(message.body().get());
    }
}
