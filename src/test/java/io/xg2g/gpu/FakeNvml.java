package io.xg2g.gpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Stub of {@code libnvidia-ml.so}, compiled by gcc, with two GPUs of known values: one complete, one divided into two MIG
 * devices. Its results can be changed while it is in use.
 */
public final class FakeNvml {
    /** The GPU without MIG. */
    public static final String L4 = "GPU-00000000-0000-0000-0000-000000000000";
    /** The GPU divided into MIG devices. */
    public static final String A100 = "GPU-00000001-0000-0000-0000-000000000000";

    static final String MIG_1 = "MIG-00000001-0000-0000-0000-000000000001";
    static final String MIG_2 = "MIG-00000001-0000-0000-0000-000000000002";

    private final Path library;
    private final Path state;

    private FakeNvml(Path directory) {
        this.library = directory.resolve("libnvidia-ml.so.1").toAbsolutePath();
        this.state = directory.resolve("nvml-state").toAbsolutePath();
    }

    /**
     * Compiles the library.
     *
     * @param defines {@code CRASH_ON_LOAD}, {@code HANG_ON_LOAD}, {@code OLD}
     */
    public static FakeNvml compile(Path directory, String... defines) {
        FakeNvml fake = new FakeNvml(directory);
        Path source = directory.resolve("nvml.c");
        try (InputStream text = Objects.requireNonNull(FakeNvml.class.getResourceAsStream("nvml.c"))) {
            Files.createDirectories(directory);
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        fake.set("");
        // A new file, since the old one may be in use.
        Path made = directory.resolve("made.so");
        List<String> command = new ArrayList<>(List.of("gcc", "-shared", "-fPIC", "-Wall", "-Werror", "-o"));
        command.addAll(List.of(made.toString(), source.toString(), "-DSTATE=\"" + fake.state + "\""));
        for (String define : defines) {
            command.add("-D" + define);
        }
        try {
            Process gcc = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(gcc.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            if (gcc.waitFor() != 0) {
                throw new AssertionError("the fake NVML does not compile:\n" + said);
            }
            Files.move(made, fake.library, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException missing) {
            throw new AssertionError("gcc is needed for this test; make deps installs it", missing);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        return fake;
    }

    /** Path of the library. */
    public String path() {
        return library.toString();
    }

    /** Sets its results: lines of a key and a number, documented in {@code nvml.c}. */
    public void set(String settings) {
        Path next = state.resolveSibling("nvml-state.next");
        try {
            Files.writeString(next, settings);
            Files.move(next, state, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
