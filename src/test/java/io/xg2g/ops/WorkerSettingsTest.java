package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerSettingsTest {
    private static final Map<String, String> SHARED = Map.of(
            "xg2g.live.channels.news.url", "http://tv.example.org/news",
            "xg2g.cameras.door.url", "rtsp://camera.example.org",
            "xg2g.receivers.box.url", "http://box.example.org",
            "xg2g.live.demo", "true",
            "xg2g.upload.url", "https://upload.example.org",
            "xg2g.upload.s3.bucket", "live",
            "xg2g.upload.parallel", "4",
            "xg2g.camera-outputs.redis.url", "redis://redis.example.org",
            "xg2g.live.window", "2s");

    @Test
    void aWorkerHasNothingThatOnlyGatewaysDoAndNoPortForClients() {
        SmallRyeConfig config = config("Worker");

        assertThat(names(config))
                .contains("xg2g.live.window", "xg2g.upload.parallel")
                .noneMatch(name -> name.startsWith("xg2g.live.channels.")
                        || name.startsWith("xg2g.cameras.")
                        || name.startsWith("xg2g.receivers.")
                        || name.equals("xg2g.upload.s3.bucket")
                        || name.equals("xg2g.upload.url"));
        assertThat(config.getConfigValue("xg2g.upload.url").getValue()).isNull();
        assertThat(config.getConfigValue("xg2g.camera-outputs.redis.url").getValue())
                .isNull();
        assertThat(config.getConfigValue("xg2g.upload.parallel").getValue()).isEqualTo("4");
        for (String off : List.of("quarkus.http.host-enabled", "xg2g.live.demo")) {
            assertThat(config.getConfigValue(off).getValue()).isEqualTo("false");
        }
        assertThat(WorkerSettings.ignored())
                .contains("xg2g.live.channels.news.url", "xg2g.cameras.door.url", "xg2g.upload.url")
                .doesNotContain("xg2g.upload.parallel");
    }

    @Test
    void otherRolesHaveAll() {
        for (String role : new String[] {"all", "gateway"}) {
            SmallRyeConfig config = config(role);

            assertThat(names(config)).containsAll(SHARED.keySet());
            SHARED.forEach((name, value) ->
                    assertThat(config.getConfigValue(name).getValue()).isEqualTo(value));
            assertThat(config.getConfigValue("quarkus.http.host-enabled").getValue())
                    .isNull();
        }
    }

    private static List<String> names(SmallRyeConfig config) {
        List<String> names = new ArrayList<>();
        config.getPropertyNames().forEach(names::add);
        return names;
    }

    private static SmallRyeConfig config(String role) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(SHARED, "the operator's", 300))
                .withSources(new PropertiesConfigSource(Map.of("xg2g.role", role), "the member's", 310))
                .withInterceptors(new WorkerSettings())
                .build();
    }
}
