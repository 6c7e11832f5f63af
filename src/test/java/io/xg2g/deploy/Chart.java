package io.xg2g.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The chart, packed as it is released, and rendered by Helm in this process. */
final class Chart {
    static final Path DIRECTORY = Path.of("helm/xg2g-gpu");
    private static final Path PACKED = packed(Path.of("target/chart"));
    private static final String OLDEST_KUBERNETES = "1.30.0";

    private Chart() {}

    /** What Helm makes of these values: objects of the release {@code xg2g-gpu} in the namespace of the same name. */
    static List<JsonNode> render(JsonNode values) {
        try {
            Path file = Files.createTempFile(PACKED.getParent(), "values", ".yaml");
            try {
                Files.writeString(file, Yaml.write(values));
                return render(file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @throws IllegalStateException with what Helm says where it refuses them */
    static List<JsonNode> render(Path values) {
        return Yaml.documents(new Helm(PACKED)
                .template()
                .withName("xg2g-gpu")
                .withNamespace("xg2g-gpu")
                .withKubeVersion(OLDEST_KUBERNETES)
                .withValuesFile(values)
                .call());
    }

    private static Path packed(Path directory) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        new Helm(DIRECTORY).packageIt().withDestination(directory).call();
        JsonNode chart = Yaml.read(DIRECTORY.resolve("Chart.yaml"));
        return directory.resolve("xg2g-gpu-" + chart.path("version").asText() + ".tgz");
    }

    /** These values, and over them those. */
    static ObjectNode merged(JsonNode values, JsonNode over) {
        ObjectNode all = values.deepCopy();
        over.properties().forEach(entry -> {
            JsonNode below = all.get(entry.getKey());
            boolean deeper = below != null
                    && below.isObject()
                    && entry.getValue().isObject()
                    && !entry.getValue().isEmpty();
            all.set(entry.getKey(), deeper ? merged(below, entry.getValue()) : entry.getValue());
        });
        return all;
    }

    /** The tree in which only this is set. */
    static ObjectNode at(String path, JsonNode value) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        int dot = path.indexOf('.');
        return dot < 0 ? tree.set(path, value) : tree.set(path.substring(0, dot), at(path.substring(dot + 1), value));
    }
}
