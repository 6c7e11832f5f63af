package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand configured channels: lists are paged, the page shows one page, and only running channels have metrics.
 */
class ManyChannelsIT {
    private static final int CHANNELS = 10_000;

    @TempDir
    static Path directory;

    private static RunningService service;

    @BeforeAll
    static void start() throws IOException {
        StringBuilder properties = new StringBuilder();
        for (int i = 0; i < CHANNELS; i++) {
            String key = "xg2g.live.channels.c" + Integer.toString(100_000 + i).substring(1) + ".";
            properties
                    .append(key + "url=http://192.0.2.1/" + i + ".ts\n")
                    .append(key + "name=Channel " + i + "\n")
                    .append(key + "group=Group " + i / 1000 + "\n");
        }
        Path file = Files.writeString(directory.resolve("channels.properties"), properties);
        service = RunningService.start(directory.resolve("work"), Map.of("quarkus.config.locations", file.toString()));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void theListIsPagedOrComplete() {
        assertThat(new JsonArray(get("").body())).hasSize(CHANNELS);

        HttpResponse<String> page = get("?search=group+7&offset=990&limit=5");
        assertThat(new JsonArray(page.body()).stream().map(channel -> ((JsonObject) channel).getString("id")))
                .containsExactly("c07990", "c07991", "c07992", "c07993", "c07994");
        assertThat(page.headers().firstValue("X-Total-Count")).contains("1000");
        assertThat(page.headers().firstValue("Link"))
                .contains("</api/v1/channels?search=group+7&offset=995&limit=5>; rel=\"next\"");
        assertThat(get("?limit=0").statusCode()).isEqualTo(400);
        assertThat(new JsonObject(get("/c09999").body()).getString("name")).isEqualTo("Channel 9999");
        assertThat(RunningService.get(service.api("/channels.m3u")).body().lines())
                .hasSize(1 + 2 * CHANNELS);
    }

    @Test
    void onlyRunningChannelsHaveMetrics() {
        assertThat(RunningService.get(service.management("/metrics")).body()).doesNotContain("channel=");
    }

    @Test
    void thePageIsPagedAndSearchable() throws IOException {
        try (Chromium chromium = Chromium.start(directory);
                Chromium.Page page = chromium.open(service.api("/"), 1000, 800)) {
            await(page, "document.querySelectorAll('.card').length === 100");
            assertThat(page.evaluate("get('range').textContent")).isEqualTo("1 to 100 of 10000");

            page.evaluate("get('next').click()");
            await(page, "get('range').textContent === '101 to 200 of 10000'");
            assertThat(page.evaluate("document.querySelector('.card .name span').textContent"))
                    .isEqualTo("Channel 100");

            page.evaluate("get('filter').value = 'channel 9999'; get('filter').dispatchEvent(new Event('input'))");
            await(page, "document.querySelectorAll('.card').length === 1");
            assertThat(page.evaluate("document.querySelector('.card .name span').textContent"))
                    .isEqualTo("Channel 9999");
            assertThat(page.evaluate("get('pages').hidden")).isEqualTo(true);
        }
    }

    private static void await(Chromium.Page page, String condition) {
        Awaitility.await(condition).atMost(Patience.seconds(60)).until(() -> (Boolean) page.evaluate(condition));
    }

    private static HttpResponse<String> get(String query) {
        return RunningService.get(service.api("/api/v1/channels" + query));
    }
}
