package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Test that every start in a JVM has the same heap limits. */
class HeapFlagsTest {
    private static final Pattern FLAGS = Pattern.compile("(?m)^HEAP_FLAGS := (.+)$");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "deploy/deb/xg2g-gpu",
                "src/main/docker/Dockerfile",
                "src/test/java/io/xg2g/service/RunningService.java"
            })
    void everyStartScriptHasTheFlagsOfTheMakefile(String file) throws IOException {
        String start = Files.readString(Path.of(file));
        for (String flag : flags()) {
            assertThat(start).contains(flag);
        }
    }

    @Test
    void theProgramExitsWhenItsHeapIsFullAndReturnsUnusedMemory() throws IOException {
        assertThat(flags())
                .anyMatch("-XX:+ExitOnOutOfMemoryError"::equals)
                .anyMatch(flag -> flag.startsWith("-XX:MaxRAMPercentage="))
                .anyMatch(flag -> flag.startsWith("-XX:G1PeriodicGCInterval="));
        assertThat(Files.readString(Path.of("Makefile"))).contains("JAVA = java $(JVM_FLAGS) $(HEAP_FLAGS) ");
        assertThat(Files.readString(Path.of("deploy/deb/xg2g-gpu.service"))).contains("Restart=on-failure");
    }

    /** A process that attaches to a JVM can run code in it, and child processes have the same user. */
    @ParameterizedTest
    @ValueSource(strings = {"deploy/deb/xg2g-gpu", "src/main/docker/Dockerfile"})
    void theInstalledJvmDisablesAttaching(String file) throws IOException {
        assertThat(Files.readString(Path.of(file))).contains("-XX:+DisableAttachMechanism");
    }

    private static String[] flags() throws IOException {
        Matcher flags = FLAGS.matcher(Files.readString(Path.of("Makefile")));
        assertThat(flags.find()).isTrue();
        return flags.group(1).split(" ");
    }
}
