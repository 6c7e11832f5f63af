package io.xg2g.service;

import static io.xg2g.service.WatchedChannel.awaitSegments;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.receiver.ReceiverSimulator;
import io.xg2g.receiver.ReceiverSimulator.Port;
import io.xg2g.receiver.SimulatedAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Services of a receiver from the list to the player. */
class ReceiverLiveIT {
    private static final String FREE = "1:0:19:132F:3EF:1:C00000:0:0:0:";
    private static final String RELAYED = "1:0:19:1334:3EF:1:C00000:0:0:0:";
    private static final String LOCKED = "1:0:19:1339:3EF:1:C00000:0:0:0:";
    private static final String MOVED = "1:0:19:133E:3EF:1:C00000:0:0:0:";

    @TempDir
    static Path directory;

    private static ReceiverSimulator receiver;
    private static RunningService service;

    @BeforeAll
    static void start() {
        receiver = ReceiverSimulator.start(Clips.mpeg2());
        receiver.bouquet(
                "Favourites",
                List.of(FREE, "Free One", RELAYED, "Relayed Two", LOCKED, "Locked Three", MOVED, "Moved Four"));
        receiver.whitelist(RELAYED);
        receiver.answer(Port.STREAM, RELAYED, new SimulatedAnswer.Scrambled(Clips.mpeg2()));
        for (Port port : List.of(Port.STREAM, Port.RELAY)) {
            receiver.answer(port, LOCKED, new SimulatedAnswer.Scrambled(Clips.mpeg2()));
        }
        Map<String, String> keys = new TreeMap<>(receiver.configuration("box"));
        keys.put("xg2g.live.channels-file", directory.resolve("channels.json").toString());
        service = RunningService.start(directory.resolve("work"), keys);
    }

    @AfterAll
    static void end() {
        if (service != null) {
            service.close();
        }
        if (receiver != null) {
            receiver.close();
        }
    }

    @Test
    void servicesAreListedWithGroupAndLogo() {
        JsonObject free = channel("Free One");
        assertThat(free.getString("group")).isEqualTo("Favourites");
        assertThat(free.getString("origin")).isEqualTo("receiver");
        assertThat(free.getString("logo")).startsWith(receiver.url().toString());
        String m3u = RunningService.get(service.api("/channels.m3u")).body();
        assertThat(m3u).startsWith("#EXTM3U");
        assertThat(m3u.lines().filter(line -> line.startsWith("#EXTINF")))
                .anySatisfy(line -> assertThat(line)
                        .contains(
                                "Free One",
                                "group-title=\"Favourites\"",
                                "tvg-logo=\"" + free.getString("logo") + "\""));
        assertThat(m3u).contains("/live/" + free.getString("id") + "/stream.ts");
    }

    @Test
    void aServicePlaysAndItsPermitIsReleased() throws Exception {
        String id = channel("Free One").getString("id");
        try (HlsViewer viewer = HlsViewer.watch(service, id)) {
            awaitSegments(viewer, 4);
            assertThat(viewer.violations()).isEmpty();
        }
        HttpResponse<InputStream> stream = RunningService.send(
                HttpRequest.newBuilder(service.api("/live/" + id + "/stream.ts"))
                        .build(),
                BodyHandlers.ofInputStream());
        try (InputStream in = stream.body()) {
            byte[] packets = in.readNBytes(100 * 188);
            for (int at = 0; at < packets.length; at += 188) {
                assertThat(packets[at]).isEqualTo((byte) 0x47);
            }
        }
        LiveChannels.stop(service, id);
        Awaitility.await("the receiver is left alone")
                .until(() -> receiver.probed().size() > 0 && service.encoders().isEmpty());
    }

    @Test
    void aRelayedServicePlaysFromTheRelayPort() {
        String id = channel("Relayed Two").getString("id");
        try (HlsViewer viewer = HlsViewer.watch(service, id)) {
            awaitSegments(viewer, 3);
            assertThat(viewer.violations()).isEmpty();
            assertThat(receiver.probed())
                    .anyMatch(asked ->
                            asked.port() == Port.RELAY && asked.reference().equals(RELAYED));
        }
        LiveChannels.stop(service, id);
    }

    @Test
    @Tag("nightly")
    void aScrambledServiceIsReported() throws IOException {
        String id = channel("Locked Three").getString("id");
        HttpResponse<String> answer = RunningService.get(service.api("/live/" + id + "/master.m3u8"));

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(new JsonObject(answer.body()).getString("code")).isEqualTo("receiver-failed");
        assertThat(new JsonObject(answer.body()).getString("detail")).contains("scrambled");
        LiveChannels.stop(service, id);
    }

    /** The address is in the cache of detections. */
    @Test
    @Tag("nightly")
    void aServiceThatIsScrambledFromNowOnIsFoundAtTheRelay() {
        String id = channel("Moved Four").getString("id");
        try (HlsViewer viewer = HlsViewer.watch(service, id)) {
            awaitSegments(viewer, 6);
            receiver.answer(Port.STREAM, MOVED, new SimulatedAnswer.Scrambled(Clips.mpeg2()));
            receiver.cut(Port.STREAM);

            WatchedChannel.await("the relay is probed and read")
                    .until(() -> receiver.probed().stream()
                                    .filter(asked -> asked.port() == Port.RELAY)
                                    .filter(asked -> asked.reference().equals(MOVED))
                                    .count()
                            >= 2);
            WatchedChannel.awaitMore(viewer, 3);
        }
        LiveChannels.stop(service, id);
    }

    private static JsonObject channel(String name) {
        JsonArray all = new JsonArray(
                RunningService.get(service.api("/api/v1/channels")).body());
        return all.stream()
                .map(JsonObject.class::cast)
                .filter(channel -> channel.getString("name").equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in " + all));
    }
}
