package io.xg2g.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Test that the chart renders valid Kubernetes objects for every value, and rejects invalid values with a reason. */
class ChartIT {
    private static final JsonNode TOKENS = Yaml.read("security: {tokensSecret: tokens}");

    /** Required values of a cluster. */
    private static final JsonNode CLUSTER = Yaml.read("""
            mode: cluster
            cluster: {secret: members, broker: {url: "amqp://broker:5672"}, redis: {url: "redis://redis:6379"}}
            """);

    private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

    @TempDir
    static Path temp;

    private static Chart chart;

    @BeforeAll
    static void copy() {
        chart = Chart.copy(temp.resolve("chart"));
    }

    @TestFactory
    Stream<DynamicTest> anExampleRendersValidKubernetesObjects() {
        return Yaml.files("helm/xg2g-gpu/ci", ".yaml").stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> {
                    List<JsonNode> objects = chart.render(file);

                    assertThat(objects).hasSizeGreaterThan(6).allSatisfy(KubernetesTypes::read);
                }));
    }

    /** Helm's lint reads only the chart's own values, so it gets a copy of the chart with an example's. */
    @TestFactory
    Stream<DynamicTest> aChartWithAnExamplesValuesPassesTheStrictLint() {
        return Yaml.files("helm/xg2g-gpu/ci", ".yaml").stream()
                .map(file -> DynamicTest.dynamicTest(String.valueOf(file.getFileName()), () -> {
                    Chart own = Chart.copy(temp.resolve("for-" + file.getFileName()));
                    Path defaults = own.directory().resolve("values.yaml");
                    Files.writeString(defaults, Yaml.write(Chart.merged(Yaml.read(defaults), Yaml.read(file))));

                    LintResult result =
                            new Helm(own.directory()).lint().strict().call();

                    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
                }));
    }

    @TestFactory
    Stream<DynamicTest> everyValueIsUsedAndRendersValidKubernetesObjects() {
        Map<JsonNode, List<JsonNode>> without = new HashMap<>();
        return cases().map(set -> DynamicTest.dynamicTest(set.path("set").asText(), () -> {
            JsonNode before = given(set);
            JsonNode with = Chart.merged(before, object(set.path("and")));
            JsonNode after = Chart.merged(with, Chart.at(set.path("set").asText(), set.path("to")));

            List<JsonNode> objects = chart.render(after);

            assertThat(objects)
                    .allSatisfy(KubernetesTypes::read)
                    .isNotEqualTo(without.computeIfAbsent(before, chart::render));
        }));
    }

    /**
     * The values that gateways and workers can have of their own, without those that have cases under {@code gateway}, and what has
     * no meaning for a worker, which is not in a service.
     */
    @TestFactory
    Stream<DynamicTest> aPartOfAClusterHasItsOwnValues() {
        JsonNode schema = Yaml.read(Chart.DIRECTORY.resolve("values.schema.json"));
        JsonNode cluster = Chart.merged(TOKENS, CLUSTER);
        return Stream.of("gateway", "worker").flatMap(role -> {
            JsonNode own = schema.at("/properties/" + role + "/properties");
            return cases().filter(set -> own.has(set.path("set").asText().replaceFirst("\\..*", "")))
                    .filter(set -> !set.path("set")
                            .asText()
                            .matches(role.equals("worker") ? "drain\\.preStopSeconds" : "(data|autoscaling)\\..*"))
                    .map(set ->
                            DynamicTest.dynamicTest(role + "." + set.path("set").asText(), () -> {
                                JsonNode before = Chart.merged(cluster, Chart.at(role, object(set.path("given"))));
                                JsonNode with =
                                        Chart.at(role + "." + set.path("set").asText(), set.path("to"));

                                List<JsonNode> objects = chart.render(Chart.merged(before, with));

                                assertThat(objects)
                                        .allSatisfy(KubernetesTypes::read)
                                        .isNotEqualTo(chart.render(before))
                                        .filteredOn(object -> otherPart(role, object))
                                        .isEqualTo(chart.render(before).stream()
                                                .filter(object -> otherPart(role, object))
                                                .toList());
                            }));
        });
    }

    @Test
    void everyValueIsSetOnce() {
        Set<String> values = new TreeSet<>();
        leaves("", Yaml.read(Chart.DIRECTORY.resolve("values.yaml")), values);

        assertThat(cases().map(set -> set.path("set").asText())).containsExactlyInAnyOrderElementsOf(values);
    }

    @Test
    void theReleasedArchiveHasTheRulesAndDashboards() {
        List<JsonNode> objects =
                Chart.packed(Path.of("target/chart")).render(Path.of("helm/xg2g-gpu/ci/nvidia-values.yaml"));

        assertThat(objects)
                .filteredOn(object -> object.path("kind").asText().equals("PrometheusRule"))
                .singleElement()
                .satisfies(rules -> assertThat(rules.path("spec"))
                        .isEqualTo(Yaml.read(Path.of("deploy/monitoring/prometheus/rules/xg2g-gpu.yml"))));
        assertThat(objects.stream().flatMap(object -> object.path("data").propertyStream()))
                .filteredOn(file -> file.getKey().endsWith(".json"))
                .hasSameSizeAs(Yaml.files("deploy/monitoring/grafana/dashboards", ".json"));
    }

    @Test
    void theImageIsThatOfThisVersion() throws IOException {
        String version = Files.readString(Path.of("pom.xml"))
                .replaceFirst("(?s).*?<artifactId>xg2g-gpu</artifactId>\\s*<version>([^<-]+).*", "$1");

        assertThat(Yaml.read(Chart.DIRECTORY.resolve("Chart.yaml"))
                        .path("appVersion")
                        .asText())
                .isEqualTo(version);
        for (String overlay : List.of("base", "overlays/cluster")) {
            assertThat(Yaml.read(Path.of("k8s", overlay, "kustomization.yaml")).findValuesAsText("newTag"))
                    .containsExactly(version);
        }
        for (String compose : List.of("production", "cluster")) {
            assertThat(Path.of("deploy/docker-compose." + compose + ".yml"))
                    .content()
                    .contains("${XG2G_VERSION:-" + version + "}");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{replicas: two} | at '/replicas': got string, want integer",
                "{replica: 2} | additional properties 'replica' not allowed",
                "{gpu: {vendor: nvida}} | at '/gpu/vendor': value must be one of 'none', 'nvidia', 'intel', 'amd'",
                "{gpu: {cuont: 1}} | at '/gpu': additional properties 'cuont' not allowed",
                "{gpu: {count: 0}} | at '/gpu/count': minimum: got 0, want 1",
                "{config: {xg2.live.demo: true}} | at '/config': additional properties 'xg2.live.demo' not allowed",
                "{receivers: {attic: {url: attic}}} | at '/receivers/attic/url': 'attic' does not match pattern",
                "{cameras: {door: {url: door}}} | at '/cameras/door/url': 'door' does not match pattern",
                "{cameras: {door: {fps: 61}}} | at '/cameras/door/fps': maximum: got 61, want 60",
                "{security: {oidc: {issuer: 'http://id'}}} | at '/security/oidc/issuer': 'http://id' does not match",
                "{drain: {graceSeconds: 20s}} | at '/drain/graceSeconds': got string, want integer",
                "{autoscaling: {type: on}} | at '/autoscaling/type': value must be one of 'none', 'hpa', 'keda'",
                "{work: {sizeLimit: 8 GB}} | at '/work/sizeLimit': '8 GB' does not match pattern",
                "{fullnameOverride: tv.prod} | at '/fullnameOverride': 'tv.prod' does not match pattern",
                "{networkPolicy: {egressPreset: {networks: [cameras]}}} | at '/networkPolicy/egressPreset/networks/0': 'cameras'",
                "{networkPolicy: {egressPreset: {dns: []}}} | at '/networkPolicy/egressPreset/dns': minItems: got 0, want 1",
                "{httpRoute: {enabled: true}} | at '/httpRoute/parentRefs': minItems: got 0, want 1",
                "{mode: many} | at '/mode': value must be one of 'single', 'cluster'",
                "{cluster: {broker: {url: 'amqp://me:secret@broker'}}} | at '/cluster/broker/url'",
                "{cluster: {redis: {url: 'http://redis'}}} | at '/cluster/redis/url'",
                "{gateway: {enabled: true}} | at '/gateway': additional properties 'enabled' not allowed",
                "{gateway: {autoscaling: {type: keda}}} | at '/gateway/autoscaling/type': value must be one of 'none', 'hpa'",
            })
    void theSchemaRejectsInvalidValuesWithAReason(String values, String message) {
        assertThatThrownBy(() -> chart.render(Chart.merged(TOKENS, Yaml.read(values))))
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{replicas: 1} | authentication is not configured",
                "{security: {anonymous: true, tokensSecret: tokens}} | allowed is one of both",
                "{security: {oidc: {issuer: 'https://id'}}} | security.oidc.audience is missing",
                "{security: {tokensSecret: t}, replicas: 2, data: {persistent: true}} | are for one replica",
                "{security: {tokensSecret: t}, replicas: 2, data: {existingClaim: kept}} | are for one replica",
                "{security: {tokensSecret: t}, autoscaling: {type: hpa}, data: {persistent: true}} | are for one replica",
                "{security: {tokensSecret: t}, replicas: 2, service: {sessionAffinity: None}} | security.playbackKeys",
                "{security: {tokensSecret: t}, ingress: {enabled: true}} | trustedProxies is missing",
                "{security: {tokensSecret: t}, httpRoute: {enabled: true, parentRefs: [{name: g}]}} | trustedProxies is missing",
                "{security: {tokensSecret: t}, autoscaling: {type: keda}} | autoscaling.keda.serverAddress is missing",
                "{security: {tokensSecret: t}, autoscaling: {minReplicas: 9}} | more than autoscaling.maxReplicas",
                "{security: {tokensSecret: t}, receivers: {TV: {url: 'http://a'}, tv: {url: 'http://b'}}} | receivers.TV and receivers.tv differ only in case",
                "{security: {tokensSecret: t}, config: {xg2g.shutdown-grace: 1m}} | the chart sets this property",
                "{security: {tokensSecret: t}, config: {xg2g.ffmpeg.work-dir: /w}} | the chart sets this property",
                "{security: {tokensSecret: t}, config: {xg2g.data-dir: /d}} | the chart sets this property",
                "{security: {tokensSecret: t}, config: {xg2g.role: gateway}} | the chart sets this property",
            })
    void contradictoryValuesAreRefused(String values, String message) {
        assertThatThrownBy(() -> chart.render(Yaml.read(values))).hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{cluster: {broker: {url: ''}}} | cluster.broker.url is missing",
                "{cluster: {redis: {url: ''}}} | cluster.redis.url is missing",
                "{networkPolicy: {egressPreset: {enabled: true}}} | networkPolicy.egressPreset.cluster is missing",
                "{gateway: {autoscaling: {minReplicas: 9}}} | gateway.autoscaling.minReplicas is more than gateway.",
                "{worker: {autoscaling: {type: keda}}} | worker.autoscaling.keda.serverAddress is missing",
                "{gateway: {autoscaling: {type: hpa}, resources: {requests: {cpu: null}}}, resources: {requests: {cpu: null}}} | gateway.resources.requests.cpu",
                "{config: {xg2g.cluster.name: a}} | the chart sets this property",
                "{worker: {config: {xg2g.role: all}}} | the chart sets this property",
            })
    void contradictoryValuesOfAClusterAreRefused(String values, String message) {
        JsonNode cluster = Chart.merged(TOKENS, CLUSTER);

        assertThatThrownBy(() -> chart.render(Chart.merged(cluster, Yaml.read(values))))
                .hasMessageContaining(message);
    }

    /** A gateway of the Gateway API selects pods itself. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{httpRoute: {sessionPersistence: {type: Cookie}}} | false",
                "{security: {playbackKeys: {secret: keys}}} | false",
                "{security: {playbackKeys: {secret: keys}}, httpRoute: {sessionPersistence: {type: Cookie}}} | true",
            })
    void severalReplicasBehindARouteNeedSessionsAndSharedKeys(String values, boolean accepted) {
        JsonNode several = Yaml.read("""
                replicas: 2
                trustedProxies: [10.0.0.0/8]
                httpRoute: {enabled: true, parentRefs: [{name: public}]}
                """);
        JsonNode all = Chart.merged(Chart.merged(TOKENS, several), Yaml.read(values));

        if (accepted) {
            assertThat(chart.render(all)).isNotEmpty();
        } else {
            assertThatThrownBy(() -> chart.render(all)).hasMessageContaining("mode=cluster");
        }
    }

    @Test
    void theEgressPresetAllowsNameServersTheInternetAndListedNetworksOnly() {
        JsonNode preset = Yaml.read("{networkPolicy: {egressPreset: {enabled: true, networks: [192.168.1.0/24]}}}");

        JsonNode policy = chart.render(Chart.merged(TOKENS, preset)).stream()
                .filter(object -> object.path("kind").asText().equals("NetworkPolicy"))
                .findFirst()
                .orElseThrow();

        assertThat(policy.at("/spec/policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
        assertThat(policy.at("/spec/egress").findValuesAsText("cidr"))
                .containsExactly("0.0.0.0/0", "::/0", "192.168.1.0/24");
        assertThat(policy.at("/spec/egress/1/to/0/ipBlock/except").toString())
                .contains("10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16");
        assertThat(policy.at("/spec/egress/0/ports").findValuesAsText("port")).containsExactly("53", "53");
    }

    /** Test of the type check itself. */
    @Test
    void anUnknownFieldIsDetected() {
        JsonNode service = Yaml.read("{apiVersion: v1, kind: Service, spec: {ports: [{port: 80, targetport: http}]}}");

        assertThatThrownBy(() -> KubernetesTypes.read(service)).hasMessageContaining("targetport");
    }

    private static JsonNode given(JsonNode set) {
        JsonNode given = object(set.path("given"));
        JsonNode base = given.path("mode").asText().equals("cluster") ? Chart.merged(TOKENS, CLUSTER) : TOKENS;
        return Chart.merged(base, given);
    }

    private static JsonNode object(JsonNode node) {
        return node.isObject() ? node : NOTHING;
    }

    /** Whether this is an object of the other part only. */
    private static boolean otherPart(String role, JsonNode object) {
        String name = object.path("metadata").path("name").asText();
        return name.endsWith(role.equals("gateway") ? "-worker" : "-gateway");
    }

    private static Stream<JsonNode> cases() {
        Path file = Path.of("src/test/resources/io/xg2g/deploy/every-value.yaml");
        return Yaml.read(file).valueStream();
    }

    /** Paths of the leaves. The keys of {@code config} are properties, with dots. */
    private static void leaves(String path, JsonNode value, Set<String> into) {
        if (!value.isObject() || value.isEmpty() || path.endsWith("config")) {
            into.add(path);
            return;
        }
        value.properties()
                .forEach(entry ->
                        leaves(path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(), entry.getValue(), into));
    }
}
