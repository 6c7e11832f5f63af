package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Test of what an upgrade keeps: Helm installs the chart, and upgrades it, at an API of Kubernetes that only stores objects. */
class ChartUpgradeIT {
    private static final String SINGLE = "security: {tokensSecret: tokens, playbackKeys: {secret: keys}}\n";
    private static final String CLUSTER = SINGLE + """
            mode: cluster
            cluster: {broker: {url: "amqp://broker:5672"}, redis: {url: "redis://redis:6379"}}
            """;
    private static final String DEPLOYMENTS = "apps/v1/namespaces/tv/deployments/";
    private static final String GATEWAY = "apps/v1/namespaces/tv/statefulsets/xg2g-gpu-gateway";

    @TempDir
    Path temp;

    private FakeKubernetes kubernetes;
    private Path chart;

    @BeforeEach
    void start() throws IOException {
        kubernetes = new FakeKubernetes();
        chart = Chart.copy(temp).directory();
    }

    @AfterEach
    void stop() {
        kubernetes.close();
    }

    @Test
    void turningAnAutoscalerOnKeepsTheRunningReplicas() throws IOException {
        install(SINGLE + "replicas: 3\n");
        assertThat(replicas(DEPLOYMENTS + "xg2g-gpu")).isEqualTo(3);

        upgrade(SINGLE + "autoscaling: {type: hpa}\n");

        assertThat(replicas(DEPLOYMENTS + "xg2g-gpu")).isEqualTo(3);

        // The autoscaler works, and another upgrade does not reset what it did.
        scale(DEPLOYMENTS + "xg2g-gpu", 4);
        upgrade(SINGLE + "autoscaling: {type: hpa}\npodLabels: {team: tv}\n");

        assertThat(replicas(DEPLOYMENTS + "xg2g-gpu")).isEqualTo(4);
        assertThat(kubernetes
                        .object(DEPLOYMENTS + "xg2g-gpu")
                        .at("/spec/template/metadata/labels/team")
                        .asText())
                .isEqualTo("tv");
    }

    @Test
    void aClusterKeepsItsReplicasAndItsSecret() throws IOException {
        install(CLUSTER);
        String secret = secret();
        scale(DEPLOYMENTS + "xg2g-gpu-worker", 5);
        scale(GATEWAY, 3);

        upgrade(CLUSTER + "worker: {autoscaling: {type: hpa}}\ngateway: {autoscaling: {type: hpa}}\n");

        assertThat(replicas(DEPLOYMENTS + "xg2g-gpu-worker")).isEqualTo(5);
        assertThat(replicas(GATEWAY)).isEqualTo(3);
        assertThat(secret()).isEqualTo(secret).hasSizeGreaterThan(48);
    }

    private void install(String values) throws IOException {
        new Helm(chart)
                .install()
                .withName("xg2g-gpu")
                .withNamespace("tv")
                .withKubeConfigContents(kubernetes.kubeConfig())
                .disableOpenApiValidation()
                .withValuesFile(file(values))
                .call();
    }

    private void upgrade(String values) throws IOException {
        new Helm(chart)
                .upgrade()
                .withName("xg2g-gpu")
                .withNamespace("tv")
                .withKubeConfigContents(kubernetes.kubeConfig())
                .disableOpenApiValidation()
                .withValuesFile(file(values))
                .call();
    }

    private Path file(String values) throws IOException {
        return Files.writeString(temp.resolve("values.yaml"), values);
    }

    private int replicas(String workload) {
        return kubernetes.object(workload).at("/spec/replicas").asInt();
    }

    private void scale(String workload, int replicas) {
        ((ObjectNode) kubernetes.object(workload).path("spec")).put("replicas", replicas);
    }

    private String secret() {
        return kubernetes
                .object("v1/namespaces/tv/secrets/xg2g-gpu-cluster")
                .at("/data/secret")
                .asText();
    }
}
