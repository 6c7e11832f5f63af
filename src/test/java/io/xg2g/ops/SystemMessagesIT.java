package io.xg2g.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.Downcalls;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A process of a German user, whose system may have German messages (Debian's package libc-l10n). */
class SystemMessagesIT {

    @Test
    void messagesOfTheSystemAreEnglishForAGermanUser() throws Exception {
        List<String> lines = run(Map.of("LC_ALL", "C.UTF-8", "LANGUAGE", "de"));

        assertThat(lines.getFirst()).as("what the JVM has chosen").isEqualTo("C.UTF-8");
        assertThat(lines.subList(2, lines.size())).containsExactly("C", "No space left on device");
    }

    @Test
    void theFunctionIsRegisteredForTheNativeExecutable() throws Exception {
        assertThat(Downcalls.registered()).contains(Downcalls.text(SystemMessages.SETLOCALE));
    }

    private static List<String> run(Map<String, String> environment) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                java,
                "-Xmx32m",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                LocalizedProcess.class.getName());
        builder.redirectErrorStream(true).environment().putAll(environment);
        Process process = builder.start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .toList();
        assertThat(process.waitFor()).as("%s", lines).isZero();
        return lines;
    }
}
