package io.xg2g.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.gpu.Downcalls;
import io.xg2g.process.ChildUser;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Test of what a child process can read of a program of the same user, who is not root. Needs util-linux as root. */
@Timeout(300)
class ProcessSecretsIT {
    @TempDir
    Path directory;

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

    /** Control experiment. */
    @Test
    void withoutProtectionAChildReadsThem() throws Exception {
        assertThat(run("unprotected"))
                .anyMatch(line -> line.startsWith("environ read: ") && line.contains(ProtectedProcess.SECRET))
                .anyMatch(line -> line.startsWith("fd read: "))
                .contains("libc set");
    }

    @Test
    void nativeFunctionsAreRegisteredForTheNativeExecutable() throws Exception {
        assertThat(ProcessSecrets.FUNCTIONS.stream().map(Downcalls::text)).isSubsetOf(Downcalls.registered());
    }

    private List<String> run(String how) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>();
        if (ChildUser.isRoot()) {
            command.addAll(List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"));
        }
        command.add(java.toString());
        command.addAll(List.of("-Xmx32m", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", classes().toString(), ProtectedProcess.class.getName(), how));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(ProtectedProcess.VARIABLE, ProtectedProcess.SECRET);
        Process process = builder.start();
        List<String> answers =
                new String(process.getInputStream().readAllBytes()).lines().toList();
        assertThat(process.waitFor())
                .as(
                        "every user has to be able to run %s and to enter the directories above it and %s: %s",
                        java, directory, answers)
                .isZero();
        return answers;
    }

    /** Copies the classes of the process to where every user can read them: the directory of the build may be root's. */
    private Path classes() throws Exception {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Class<?> type : List.of(ProtectedProcess.class, ProcessSecrets.class)) {
            String name = type.getName().replace('.', '/') + ".class";
            Path copy = directory.resolve(name);
            Files.createDirectories(copy.getParent());
            try (InputStream file = Objects.requireNonNull(type.getResourceAsStream("/" + name))) {
                Files.copy(file, copy);
            }
        }
        return directory;
    }
}
