package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.xg2g.gpu.Downcalls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a child process reads of a program that runs as the same user, who is not root. Needs util-linux as root. */
@Timeout(300)
class ProcessSecretsIT {
    @Test
    void aChildReadsNeitherTheEnvironmentNorTheMemoryNorTheDescriptorsOfTheProgram() throws Exception {
        List<String> answers = run("protected");

        assertThat(answers)
                .anyMatch(line -> line.startsWith("environ refused: "))
                .anyMatch(line -> line.startsWith("fd refused: "))
                .anyMatch(line -> line.startsWith("mem refused: "))
                .anyMatch(line -> line.startsWith("status read: "))
                .contains("java " + ProtectedProcess.SECRET, "libc not set", "own readable");
        assertThat(answers.stream().filter(line -> line.contains(ProtectedProcess.SECRET)))
                .containsExactly("java " + ProtectedProcess.SECRET);
    }

    /** So the test sees what it is about. */
    @Test
    void unprotectedItWouldReadThem() throws Exception {
        assertThat(run("unprotected"))
                .anyMatch(line -> line.startsWith("environ read: ") && line.contains(ProtectedProcess.SECRET))
                .anyMatch(line -> line.startsWith("fd read: "))
                .contains("libc set");
    }

    @Test
    void aNativeExecutableIsToldOfWhatIsCalled() throws Exception {
        assertThat(ProcessSecrets.FUNCTIONS.stream().map(Downcalls::text)).isSubsetOf(Downcalls.registered());
    }

    private static List<String> run(String how) throws Exception {
        List<String> command = new ArrayList<>();
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx32m", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", "target/classes:target/test-classes", ProtectedProcess.class.getName(), how));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(ProtectedProcess.VARIABLE, ProtectedProcess.SECRET);
        Process process = builder.start();
        List<String> answers =
                new String(process.getInputStream().readAllBytes()).lines().toList();
        // The other user may not be let into the directory of the build.
        assumeThat(answers)
                .noneMatch(line -> line.contains("ClassNotFoundException") || line.contains("Permission denied: java"));
        assertThat(process.waitFor()).as(String.valueOf(answers)).isZero();
        return answers;
    }
}
