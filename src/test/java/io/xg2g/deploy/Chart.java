package io.xg2g.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Helm chart, rendered by Helm in this process: for integration tests only, since Helm brings a Go runtime, which takes
 * the signal by which a JVM attaches agents.
 */
final class Chart {
    static final Path DIRECTORY = Path.of("helm/xg2g-gpu");
    private static final Pattern HOOK = Pattern.compile("(?m)^ *helm\\.sh/hook.*\n");
    private static final String OLDEST_KUBERNETES = "1.30.0";

    private final Path directory;

    private Chart(Path directory) {
        this.directory = directory;
    }

    /** A copy with files instead of links, and with the test as a plain object: Helm renders no hooks here. */
    static Chart copy(Path to) {
        try (Stream<Path> files = Files.walk(DIRECTORY, FileVisitOption.FOLLOW_LINKS)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = to.resolve("xg2g-gpu").resolve(DIRECTORY.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.writeString(copy, HOOK.matcher(Files.readString(file)).replaceAll(""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Chart(to.resolve("xg2g-gpu"));
    }

    /** The released archive. */
    static Chart packed(Path to) {
        try {
            Files.createDirectories(to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        new Helm(DIRECTORY).packageIt().withDestination(to).call();
        String version =
                Yaml.read(DIRECTORY.resolve("Chart.yaml")).path("version").asText();
        return new Chart(to.resolve("xg2g-gpu-" + version + ".tgz"));
    }

    Path directory() {
        return directory;
    }

    /** Renders these values: objects of the release {@code xg2g-gpu} in the namespace of the same name. */
    List<JsonNode> render(JsonNode values) {
        try {
            Path file = Files.createTempFile(directory.getParent(), "values", ".yaml");
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

    /** @throws IllegalStateException with the message of Helm if it refuses the values */
    List<JsonNode> render(Path values) {
        return Yaml.documents(new Helm(directory)
                .template()
                .withName("xg2g-gpu")
                .withNamespace("xg2g-gpu")
                .withKubeVersion(OLDEST_KUBERNETES)
                .withValuesFile(values)
                .call());
    }

    /** The first values, overridden by the second. */
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

    /** A tree with only this value. */
    static ObjectNode at(String path, JsonNode value) {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        int dot = path.indexOf('.');
        return dot < 0 ? tree.set(path, value) : tree.set(path.substring(0, dot), at(path.substring(dot + 1), value));
    }
}
