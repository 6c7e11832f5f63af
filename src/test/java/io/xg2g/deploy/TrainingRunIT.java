package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.schedule.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The training run of the ahead-of-time cache, with commands in place of java, curl and ffmpeg. */
class TrainingRunIT {
    private static final Path SCRIPT = Path.of("scripts/train-aot").toAbsolutePath();

    @TempDir
    Path directory;

    private void command(String name, String script) throws IOException {
        Path file = Files.createDirectories(directory.resolve("bin")).resolve(name);
        Files.writeString(file, "#!/bin/sh\n" + script + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void itSeesNeitherTheSettingsNorTheDirectoriesOfItsUser() throws Exception {
        command("java", """
                env >"$RECORDED/environment"
                pwd >"$RECORDED/directory"
                for argument; do case $argument in -XX:AOTCacheOutput=*) echo cache >"${argument#*=}" ;; esac; done
                echo 'Listening on: http://127.0.0.1:1'
                exec sleep 300""");
        command("curl", "echo 200");
        command("ffmpeg", ":");
        Path user = Files.createDirectories(directory.resolve("user"));
        Files.createDirectories(directory.resolve("app"));
        ProcessBuilder run = new ProcessBuilder(SCRIPT.toString(), "../app", "../app/app.aot")
                .directory(user.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        run.environment()
                .putAll(Map.of(
                        "PATH",
                        directory.resolve("bin") + ":" + System.getenv("PATH"),
                        "RECORDED",
                        directory.toString(),
                        "XG2G_ROLE",
                        "worker",
                        "XG2G_DATA_DIR",
                        user.toString(),
                        "QUARKUS_HTTP_HOST",
                        "0.0.0.0"));

        Process process = run.start();

        assertThat(process.waitFor(Patience.seconds(60).toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(Files.readString(directory.resolve("output"))).doesNotContain("No AOT cache");
        assertThat(directory.resolve("app/app.aot")).hasContent("cache");
        Set<String> settings = Set.copyOf(Files.readAllLines(directory.resolve("environment")));
        assertThat(settings)
                .contains("QUARKUS_HTTP_PORT=0")
                .noneMatch(setting -> setting.startsWith("XG2G_ROLE")
                        || setting.startsWith("XG2G_DATA_DIR")
                        || setting.startsWith("QUARKUS_HTTP_HOST"));
        assertThat(Files.readString(directory.resolve("directory")).strip()).isNotEqualTo(user.toString());
    }
}
