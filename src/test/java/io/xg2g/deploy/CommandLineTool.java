package io.xg2g.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Runner of a program that the tests need. */
final class CommandLineTool {
    private CommandLineTool() {}

    /** Returns its output; fails unless the exit status is 0. */
    static String run(String debianPackage, String... command) {
        return run(debianPackage, "", List.of(command));
    }

    static String run(String debianPackage, String input, List<String> command) {
        Process process = start(debianPackage, new ProcessBuilder(new ArrayList<>(command)).redirectErrorStream(true));
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException ended) {
            // Its output explains more than the broken pipe.
        }
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed:\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static Process start(String debianPackage, ProcessBuilder command) {
        try {
            return command.start();
        } catch (IOException missing) {
            throw new AssertionError(
                    command.command().getFirst() + " does not start; Debian has it in the package " + debianPackage
                            + " (make deps)",
                    missing);
        }
    }
}
