package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Test that Prometheus and Alertmanager accept the shipped files, and that the alerts fire as documented. */
class MonitoringIT {
    private static final String PROMETHEUS = "deploy/monitoring/prometheus/";

    @Test
    void prometheusAcceptsTheConfiguration() {
        assertThat(CommandLineTool.run("prometheus", "promtool", "check", "config", PROMETHEUS + "prometheus.yml"))
                .contains("1 rule files found");
    }

    @Test
    void prometheusAcceptsTheRules() {
        assertThat(CommandLineTool.run("prometheus", "promtool", "check", "rules", PROMETHEUS + "rules/xg2g-gpu.yml"))
                .contains("SUCCESS");
    }

    @Test
    void alertsFireInTheExpectedSituationsOnly() {
        assertThat(CommandLineTool.run(
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
    void alertmanagerAcceptsTheConfiguration() {
        assertThat(CommandLineTool.run(
                        "prometheus-alertmanager",
                        "amtool",
                        "check-config",
                        "deploy/monitoring/alertmanager/alertmanager.yml"))
                .contains("SUCCESS");
    }
}
