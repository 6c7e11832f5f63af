package io.xg2g.docs;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Shell in which the commands of a document run block after block. A failing command ends it, and so does a {@code curl}
 * with an error response.
 */
final class ShellSession implements AutoCloseable {
    private static final String END = "block-ended";
    private static final String SETUP = """
            set -eu -o pipefail
            curl() { command curl -sS --fail-with-body "$@"; }
            """;

    private final Path directory;
    private final Process shell;
    private final Writer input;
    private final BufferedReader output;
    private int blocks;

    /** Starts one with this working directory. */
    ShellSession(Path directory) throws IOException {
        this.directory = directory;
        this.shell = new ProcessBuilder("bash", "--norc", "-s")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        this.input = shell.outputWriter(StandardCharsets.UTF_8);
        this.output = shell.inputReader(StandardCharsets.UTF_8);
        input.write(SETUP);
    }

    /** Runs commands and returns their output; variables are kept for the next commands. */
    String run(String commands) throws IOException {
        // From a file, so that no command reads the following ones from stdin.
        Path block = Files.writeString(directory.resolve("block-" + ++blocks + ".sh"), commands);
        input.write(". ./" + block.getFileName() + " </dev/null; echo; echo " + END + "\n");
        input.flush();
        StringBuilder printed = new StringBuilder();
        for (String line = output.readLine(); !END.equals(line); line = output.readLine()) {
            if (line == null) {
                throw new AssertionError("it fails:\n" + commands + "\n" + printed);
            }
            printed.append(line).append('\n');
        }
        return printed.toString();
    }

    @Override
    public void close() {
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
    }
}
