package io.xg2g.output;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Connection;
import io.xg2g.camera.CameraPicture;
import io.xg2g.camera.MjpegServer;
import io.xg2g.schedule.Patience;
import io.xg2g.service.RunningService;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program with ten cameras, a real Redis and a real RabbitMQ: a consumer decodes every frame. */
class CameraOutputsServiceIT {
    private static final List<String> CAMERAS =
            List.of("garten", "vorgarten", "garten-2", "g", "a", "b", "c", "d", "e", "f");
    private static final String PASSWORD = "s3cr3t-of-redis";

    /** Frames of the long test, of all cameras together. */
    private static final int MANY = Integer.getInteger("camera.frames", 1_000_000);

    @TempDir
    Path directory;

    private final Map<String, NavigableSet<Long>> sequences = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();

    @Test
    void everyFrameOfTheProgramBelongsToItsCameraAndGapsAreCounted() throws Exception {
        run(10, 300, Duration.ZERO);
    }

    @Test
    @Tag("nightly")
    @Tag("alone")
    void aMillionFramesBelongToTheirCamerasThroughAnOutageOfAMinute() throws Exception {
        run(60, MANY, Duration.ofSeconds(60));
    }

    private void run(int fps, int frames, Duration outage) throws Exception {
        try (MjpegServer cameras = new MjpegServer(fps, CameraPicture.WIDTH, CameraPicture.HEIGHT);
                OutputServers servers = OutputServers.start()) {
            servers.redis.await();
            servers.rabbit.await();
            servers.redisCli("ACL", "SETUSER", "camera", "on", ">" + PASSWORD, "~xg2g:*", "+set", "+select", "+info");
            try (Connection _ = RabbitFrames.consume(servers.rabbit.port(), this::consume);
                    RunningService service = start(fps, cameras, servers)) {
                awaitFrames(frames / 2);
                servers.rabbit.pause();
                TimeUnit.NANOSECONDS.sleep(outage.toNanos());
                Awaitility.await("the outage is shown")
                        .atMost(Patience.seconds(60))
                        .until(() -> service.metric("xg2g_camera_output_connected", "output=\"broker\"") == 0);
                String ready = RunningService.get(service.management("/readyz")).body();
                assertThat(ready).contains("camera-outputs", "not connected").doesNotContain(PASSWORD);
                Awaitility.await("the other output is connected")
                        .until(() -> service.metric("xg2g_camera_output_connected", "output=\"redis\"") == 1);
                servers.rabbit.resume();
                Awaitility.await("recovery")
                        .atMost(Patience.seconds(120))
                        .until(() -> service.metric("xg2g_camera_output_connected", "output=\"broker\"") == 1);
                awaitFrames(count() + frames / 2);

                assertThat(wrong).isEmpty();
                assertThat(sequences.keySet()).containsExactlyInAnyOrderElementsOf(CAMERAS);
                for (String camera : CAMERAS) {
                    NavigableSet<Long> seen = sequences.get(camera);
                    long missing = seen.last() - seen.first() + 1 - seen.size();
                    assertThat(service.metric(
                                    "xg2g_camera_frames_total", "camera=\"" + camera + "\"", "outcome=\"dropped\""))
                            .as("gaps of %s", camera)
                            .isGreaterThanOrEqualTo(missing);
                }
                String latest = servers.redisCli("-n", "1", "GET", "xg2g:frames:vorgarten:latest")
                        .strip();
                assertThat(latest).startsWith("xg2g:frames:vorgarten:");
                assertThat(service.log()).doesNotContain(PASSWORD);
            }
        }
    }

    private RunningService start(int fps, MjpegServer cameras, OutputServers servers) {
        Map<String, String> keys = new TreeMap<>(Map.of(
                "xg2g.source.allow",
                "127.0.0.1",
                "xg2g.camera-outputs.timeout",
                Patience.setting(5),
                "xg2g.camera-outputs.redis.url",
                "redis://camera:" + PASSWORD + "@127.0.0.1:" + servers.redis.port() + "/1",
                "xg2g.camera-outputs.broker.url",
                "amqp://guest:guest@127.0.0.1:" + servers.rabbit.port()));
        for (int number = 0; number < CAMERAS.size(); number++) {
            String prefix = "xg2g.cameras." + CAMERAS.get(number);
            keys.put(prefix + ".url", cameras.camera(number).toString());
            keys.put(prefix + ".quality", "source");
            keys.put(prefix + ".fps", Integer.toString(fps));
        }
        return RunningService.start(directory.resolve("work"), keys);
    }

    private void consume(String camera, long sequence, byte[] jpeg) {
        try {
            int seen = CameraPicture.read(jpeg).camera();
            if (seen != CAMERAS.indexOf(camera)) {
                wrong.add(camera + " " + sequence + " shows camera " + seen);
            }
            sequences
                    .computeIfAbsent(camera, _ -> new ConcurrentSkipListSet<>())
                    .add(sequence);
        } catch (Exception | AssertionError undecodable) {
            wrong.add(camera + " " + sequence + " " + undecodable);
        }
    }

    private int count() {
        return sequences.values().stream().mapToInt(NavigableSet::size).sum();
    }

    private void awaitFrames(int number) {
        Awaitility.await(number + " frames")
                .atMost(Patience.seconds(60 + number / 20))
                .failFast(() -> assertThat(wrong).isEmpty())
                .until(() -> count() >= number && sequences.size() == CAMERAS.size());
    }
}
