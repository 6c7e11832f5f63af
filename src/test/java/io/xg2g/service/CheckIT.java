package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code --check} of the packaged program. */
@ExtendWith(Services.Resolver.class)
class CheckIT {
    @TempDir
    Path temp;

    /** With every line of the example enabled. */
    @Test
    @Tag("smoke")
    void theCheckRunsBesideTheServiceAndLeavesNoFiles(Services services) throws Exception {
        RunningService service = services.shared(Services.USUAL);

        // When
        Process check = RunningService.check(service.work(), example(service.work()));
        String said = output(check);

        // Then
        assertThat(check.waitFor()).as(said).isZero();
        assertThat(said)
                .contains(
                        "configuration: no problem",
                        "child processes: with",
                        "device software",
                        "libx264: works",
                        "disk: ready")
                .endsWith("The service can start.\n");
        assertThat(service.work().getParent()).isDirectoryNotContaining("glob:**work-check");
        assertThat(RunningService.get(service.management("/readyz")).statusCode())
                .isEqualTo(200);
    }

    @Test
    void theCheckFailsWithoutFfmpeg() throws Exception {
        Process check = RunningService.check(temp.resolve("work"), Map.of("xg2g.ffmpeg.path", "/nonexistent/ffmpeg"));
        String said = output(check);
        assertThat(check.waitFor()).as(said).isEqualTo(1);
        assertThat(said)
                .contains("devices: NOT READY", "reason: ffmpeg cannot be started (xg2g.ffmpeg.path)")
                .endsWith("The service cannot start, or would not be ready.\n");
    }

    @Test
    void anInvalidConfigurationIsReported() throws Exception {
        Process check = RunningService.check(temp.resolve("work"), Map.of("xg2g.shutdown-grace", "2h"));
        String said = output(check);
        assertThat(check.waitFor()).as(said).isEqualTo(1);
        assertThat(said).isEqualTo("""
                The program does not start:
                  xg2g.shutdown-grace is 2h; allowed is 0s to 1h
                """);
    }

    private static Map<String, String> example(Path work) throws IOException {
        String lines = Files.readString(Path.of("config.example.properties")).replaceAll("(?m)^#(?=[a-z0-9.-]+=)", "");
        Properties properties = new Properties();
        properties.load(new StringReader(lines));
        Map<String, String> example = new TreeMap<>();
        properties.forEach((key, value) -> example.put((String) key, (String) value));
        example.put("xg2g.ffmpeg.work-dir", work.toString());
        example.put(
                "xg2g.live.channels-file", work.resolveSibling("channels.json").toString());
        return example;
    }

    private static String output(Process check) throws IOException, InterruptedException {
        String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        check.waitFor(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS);
        return said;
    }
}
