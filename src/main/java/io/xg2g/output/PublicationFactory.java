package io.xg2g.output;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.xg2g.camera.CameraStatus;
import io.xg2g.camera.Frame;
import io.xg2g.camera.JpegBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Creates the messages for a broker. */
final class PublicationFactory {
    private static final String JSON = "application/json";
    private static final String JPEG = "image/jpeg";
    private static final String SYSTEM_KEY = "system";

    /** Where a frame is stored, and for how long. */
    record Stored(String key, Duration ttl) {}

    private final OutputSettings.Exchanges exchanges;

    PublicationFactory(OutputSettings.Exchanges exchanges) {
        this.exchanges = exchanges;
    }

    /** Returns the message with the picture. */
    Publication frame(Frame frame) {
        Map<String, Object> headers = new HashMap<>();
        headers.put("camera_id", frame.camera());
        headers.put("sequence", frame.sequence());
        headers.put("timestamp_nano", nanos(frame.arrived()));
        Instant captured = frame.captured();
        if (captured != null) {
            headers.put("captured_nano", nanos(captured));
        }
        headers.put("width", frame.width());
        headers.put("height", frame.height());
        return new Publication(
                exchanges.frames(),
                key(frame.camera()),
                JPEG,
                "frame",
                id(frame),
                frame.arrived(),
                headers,
                () -> bytes(frame.jpeg()));
    }

    /** Returns the message that a frame was stored, or published. */
    Publication metadata(Frame frame, Optional<Stored> stored) {
        ObjectNode json = event("frame", frame.arrived());
        json.put("camera_id", frame.camera());
        json.put("sequence", frame.sequence());
        json.put(
                "captured_timestamp",
                frame.captured() == null ? null : frame.captured().toString());
        json.put("redis_key", stored.map(Stored::key).orElse(null));
        json.put("width", frame.width());
        json.put("height", frame.height());
        json.put("encoding", "jpeg");
        json.put("size_bytes", frame.jpeg().size());
        json.put("ttl_seconds", stored.map(known -> known.ttl().toSeconds()).orElse(null));
        return new Publication(
                exchanges.metadata(),
                key(frame.camera()),
                JSON,
                "frame",
                id(frame),
                frame.arrived(),
                Map.of("camera_id", frame.camera()),
                text(json));
    }

    /** Returns the message about the state of a camera. */
    Publication status(CameraStatus status, Instant now) {
        ObjectNode json = event("camera_status", now);
        json.put("camera_id", status.camera());
        json.put("name", status.name());
        json.put("state", status.state().label());
        json.put("reason", status.reason());
        json.put("since", status.since().toString());
        return new Publication(
                exchanges.status(),
                key(status.camera()),
                JSON,
                "camera_status",
                status.camera() + ":" + nanos(now),
                now,
                Map.of("camera_id", status.camera()),
                text(json));
    }

    /**
     * Returns the message about the program.
     *
     * @param state {@code running} or {@code stopping}
     * @param cameras their number in each state
     */
    Publication system(
            String state, String version, Duration uptime, Map<CameraStatus.State, Long> cameras, Instant now) {
        ObjectNode json = event("system_status", now);
        json.put("state", state);
        json.put("version", version);
        json.put("uptime_seconds", uptime.toSeconds());
        ObjectNode counts = json.putObject("cameras");
        for (CameraStatus.State each : CameraStatus.State.values()) {
            counts.put(each.label(), cameras.getOrDefault(each, 0L));
        }
        return new Publication(
                exchanges.status(),
                SYSTEM_KEY,
                JSON,
                "system_status",
                SYSTEM_KEY + ":" + nanos(now),
                now,
                Map.of(),
                text(json));
    }

    private static ObjectNode event(String type, Instant time) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("event_type", type);
        json.put("timestamp", time.toString());
        json.put("timestamp_nano", nanos(time));
        return json;
    }

    private static String key(String camera) {
        return "camera." + camera;
    }

    private static String id(Frame frame) {
        return frame.camera() + ":" + nanos(frame.arrived()) + ":" + frame.sequence();
    }

    private static Supplier<byte[]> text(ObjectNode json) {
        return () -> json.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Returns nanoseconds since 1970; until 2262. */
    static long nanos(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), 1_000_000_000L), time.getNano());
    }

    /** Returns a copy of a picture. */
    static byte[] bytes(JpegBytes jpeg) {
        ByteBuffer content = jpeg.readOnly();
        byte[] copy = new byte[content.remaining()];
        content.get(copy);
        return copy;
    }
}
