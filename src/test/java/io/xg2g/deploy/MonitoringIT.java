package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is shipped for monitoring is taken by the programs that read it, and the alerts do what they say. */
class MonitoringIT {
    private static final String PROMETHEUS = "deploy/monitoring/prometheus/";

    @Test
    void prometheusTakesTheConfiguration() {
        assertThat(Tool.run("prometheus", "promtool", "check", "config", PROMETHEUS + "prometheus.yml"))
                .contains("1 rule files found");
    }

    @Test
    void prometheusTakesTheRules() {
        assertThat(Tool.run("prometheus", "promtool", "check", "rules", PROMETHEUS + "rules/xg2g-gpu.yml"))
                .contains("SUCCESS");
    }

    @Test
    void alertsFireWhenTheyShouldAndNotWhenTheyShouldNot() {
        assertThat(Tool.run(
                        "prometheus",
                        "promtool",
                        "test",
                        "rules",
                        PROMETHEUS + "tests/alerts.yml",
                        PROMETHEUS + "tests/objective.yml",
                        PROMETHEUS + "tests/scaling.yml"))
                .containsPattern("(?s)SUCCESS.*SUCCESS.*SUCCESS");
    }

    @Test
    void alertmanagerTakesTheConfiguration() {
        assertThat(Tool.run(
                        "prometheus-alertmanager",
                        "amtool",
                        "check-config",
                        "deploy/monitoring/alertmanager/alertmanager.yml"))
                .contains("SUCCESS");
    }
}
