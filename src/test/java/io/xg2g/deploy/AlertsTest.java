package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Test that each alert has tests for firing and not firing, a description and a runbook. */
class AlertsTest {
    private static final Path RULES = Path.of("deploy/monitoring/prometheus/rules/xg2g-gpu.yml");
    private static final String TESTS = "deploy/monitoring/prometheus/tests";
    private static final Path RUNBOOK = Path.of("docs/operations.md");
    private static final Pattern ALERT = Pattern.compile("Xg2g\\w+");

    @TestFactory
    Stream<DynamicTest> everyAlertIsTestedAndHasARunbook() throws IOException {
        List<JsonNode> tests = Yaml.files(TESTS, ".yml").stream()
                .flatMap(file -> Yaml.read(file).findValues("alert_rule_test").stream())
                .flatMap(JsonNode::valueStream)
                .toList();
        String runbook = Files.readString(RUNBOOK);
        return alerts().map(alert -> {
            String name = alert.path("alert").asText();
            return DynamicTest.dynamicTest(name, () -> {
                List<JsonNode> own = tests.stream()
                        .filter(test -> test.path("alertname").asText().equals(name))
                        .toList();
                assertThat(own)
                        .as("that it fires")
                        .anyMatch(test -> !test.path("exp_alerts").isEmpty());
                assertThat(own)
                        .as("that it does not")
                        .anyMatch(test -> test.path("exp_alerts").isEmpty());
                assertThat(runbook).contains("\n### " + name + "\n");
                assertThat(alert.path("annotations").path("runbook_url").asText())
                        .endsWith("/" + RUNBOOK + "#" + name.toLowerCase(Locale.ROOT));
                assertThat(alert.path("annotations").path("summary").asText()).isNotBlank();
                assertThat(alert.path("annotations").path("description").asText())
                        .isNotBlank();
                assertThat(alert.path("labels").path("severity").asText()).isIn("warning", "critical");
            });
        });
    }

    @Test
    void theRunbookHasNoOtherAlert() throws IOException {
        List<String> explained = Pattern.compile("(?m)^### (Xg2g\\w+)$")
                .matcher(Files.readString(RUNBOOK))
                .results()
                .map(heading -> heading.group(1))
                .toList();

        assertThat(alerts().map(alert -> alert.path("alert").asText())).containsExactlyInAnyOrderElementsOf(explained);
    }

    @Test
    void inhibitionRulesReferToExistingAlerts() {
        List<String> names = alerts().map(alert -> alert.path("alert").asText()).toList();

        String rules = Yaml.read(Path.of("deploy/monitoring/alertmanager/alertmanager.yml"))
                .path("inhibit_rules")
                .toString();
        assertThat(ALERT.matcher(rules).results().map(MatchResult::group))
                .isNotEmpty()
                .isSubsetOf(names);
    }

    private static Stream<JsonNode> alerts() {
        return Yaml.read(RULES).findValues("rules").stream()
                .flatMap(JsonNode::valueStream)
                .filter(rule -> rule.has("alert"));
    }
}
