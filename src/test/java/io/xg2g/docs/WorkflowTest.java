package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Test that workflows only call make targets, and that actions are pinned. */
class WorkflowTest {
    private static final Path WORKFLOWS = Path.of(".github/workflows");
    private static final Pattern TARGET = Pattern.compile("(?m)^([a-z][a-z-]*):");
    private static final Pattern PINNED = Pattern.compile("[\\w.-]+/[\\w./-]+@[0-9a-f]{40}");
    private static final Pattern USES = Pattern.compile("(?m)^[ -]*uses: (.*)$");

    /** Steps that a machine needs before it has the sources and make. */
    private static final String BEFORE_MAKE = "apt-get update -q && apt-get install -q -y --no-install-recommends ";

    @Test
    void everyStepCallsAMakeTargetThatExists() throws IOException {
        Set<String> targets = TARGET.matcher(Files.readString(Path.of("Makefile")))
                .results()
                .map((MatchResult target) -> target.group(1))
                .collect(Collectors.toSet());
        List<String> called = new ArrayList<>();
        forEachJob(job -> commands(job).forEach(called::add));

        assertThat(called).isNotEmpty().allSatisfy(command -> {
            if (!command.startsWith(BEFORE_MAKE)) {
                assertThat(command).startsWith("make ");
                assertThat(targets).contains(command.split(" ")[1]);
            }
        });
    }

    @Test
    void actionsArePinnedByCommitWithTheVersionAsComment() throws IOException {
        for (Path file : workflows()) {
            List<String> uses = USES.matcher(Files.readString(file))
                    .results()
                    .map((MatchResult used) -> used.group(1))
                    .toList();
            assertThat(uses).as("%s", file).isNotEmpty().allSatisfy(used -> {
                assertThat(used.split(" # ")[0]).matches(PINNED);
                assertThat(used.split(" # ")[1]).matches("v\\d+(\\.\\d+)*");
            });
        }
    }

    @Test
    void workflowPermissionsAreReadOnlyExceptForDeclaredJobs() throws IOException {
        for (Path file : workflows()) {
            JsonNode workflow = read(file);
            assertThat(workflow.path("permissions").toString()).as("%s", file).isEqualTo("{\"contents\":\"read\"}");
            workflow.path("jobs")
                    .forEach(job -> assertThat(job.path("timeout-minutes").asInt())
                            .as("%s: a job without an end", file)
                            .isPositive());
        }
    }

    /** Commands with the values of the matrix filled in. */
    private static Stream<String> commands(JsonNode job) {
        return Stream.iterate(0, i -> i + 1)
                .limit(job.path("steps").size())
                .map(i -> job.path("steps").path(i).path("run").asText())
                .filter(command -> !command.isEmpty())
                .flatMap(command -> filledIn(command, job.path("strategy").path("matrix")));
    }

    private static Stream<String> filledIn(String command, JsonNode matrix) {
        Stream<String> commands = Stream.of(command);
        for (var dimension : matrix.properties()) {
            String place = "${{ matrix." + dimension.getKey() + " }}";
            List<String> values = new ArrayList<>();
            dimension.getValue().forEach(value -> values.add(value.asText()));
            commands = commands.flatMap(one ->
                    one.contains(place) ? values.stream().map(value -> one.replace(place, value)) : Stream.of(one));
        }
        return commands;
    }

    private static void forEachJob(Consumer<JsonNode> what) throws IOException {
        for (Path file : workflows()) {
            read(file).path("jobs").forEach(what);
        }
    }

    private static JsonNode read(Path file) throws IOException {
        return new ObjectMapper(new YAMLFactory()).readTree(file.toFile());
    }

    private static List<Path> workflows() throws IOException {
        try (Stream<Path> files = Files.list(WORKFLOWS)) {
            return files.toList();
        }
    }
}
