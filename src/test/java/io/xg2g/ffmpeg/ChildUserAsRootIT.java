package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessPriority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Child processes that run as another user. Needs root, and the user {@code nobody}. */
@EnabledIf(value = "io.xg2g.process.ChildUser#isRoot", disabledReason = "only root can start processes of another user")
@Timeout(300)
class ChildUserAsRootIT {
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final ChildProcess.Limits LIMITS = new ChildProcess.Limits(LONG, LONG, LONG, Duration.ofSeconds(1));
    private static final Map<String, String> NOBODY = Map.of("user", "nobody");

    @TempDir
    Path directory;

    @BeforeEach
    void permitTraversal() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    }

    @Test
    void aClipIsInspectedAndEncodedByAnotherUserThanRoot() throws Exception {
        try (TranscodingSetup engine = new TranscodingSetup(directory, NOBODY)) {
            Path input =
                    Files.copy(TestMedia.progressive(), engine.work.create().resolve("input"));
            Files.setPosixFilePermissions(input, PosixFilePermissions.fromString("rw-------"));

            // As uploads and jobs have it: made by this program.
            Path output = Files.createDirectory(engine.work.create().resolve("out"));
            TranscodeUnit unit = engine.unit(input, "480p", Container.MPEG_TS, output);
            TranscodeOutcome outcome = engine.run(unit);

            assertThat(outcome).isInstanceOf(TranscodeOutcome.Produced.class);
            int uid = engine.settings.process().user().orElseThrow().uid();
            assertThat(((TranscodeOutcome.Produced) outcome).renditions())
                    .allSatisfy(rendition -> assertThat(Files.getAttribute(rendition.file(), "unix:uid"))
                            .isEqualTo(uid));
        }
    }

    @Test
    void aChildReadsItsOwnFilesAndNoneOfRoot() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        try (TranscodingSetup engine = new TranscodingSetup(directory, NOBODY)) {
            Path own = engine.work.create();

            assertThat(run(engine, own, "cat", secret.toString()).success()).isFalse();
            assertThat(run(
                                    engine,
                                    own,
                                    "cat",
                                    "/proc/" + ProcessHandle.current().pid() + "/environ")
                            .success())
                    .isFalse();
            assertThat(run(engine, own, "ls", directory.resolve("work").toString())
                            .success())
                    .isFalse();
            assertThat(run(engine, own, "touch", "made").success()).isTrue();
            assertThat(run(engine, own, "cat", "/proc/self/limits").output())
                    .containsPattern("Max processes +4096 +4096 ");
        }
    }

    @Test
    void aWorkDirectoryThatTheUserCannotReachIsRefused() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));

        assertThatIllegalStateException()
                .isThrownBy(() -> new TranscodingSetup(directory, NOBODY))
                .withMessageContaining("xg2g.ffmpeg.work-dir")
                .withMessageContaining("may not enter " + directory);
    }

    private static ChildProcess.Ended run(TranscodingSetup engine, Path directory, String... command) {
        return ChildProcess.collect(
                engine.settings.bounded(List.of(command), ProcessPriority.NORMAL),
                directory,
                Map.of("PATH", "/usr/bin:/bin"),
                LIMITS,
                10_000);
    }
}
