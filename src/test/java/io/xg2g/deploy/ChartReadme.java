package io.xg2g.deploy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.comments.CommentLine;
import org.yaml.snakeyaml.comments.CommentType;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/** Table of the values of the chart, from the comments of {@code values.yaml}. */
final class ChartReadme {
    static final Path FILE = Chart.DIRECTORY.resolve("README.md");
    private static final String BEGIN = "<!-- values -->\n";
    private static final String END = "<!-- end of values -->\n";

    /** A value. */
    record Row(String path, String initial, String meaning) {
        private String toMarkdown() {
            return "| `%s` | %s | %s |\n"
                    .formatted(
                            path,
                            initial.isEmpty() ? "" : "`" + initial.replace("|", "\\|") + "`",
                            meaning.replace("|", "\\|").replace("<", "&lt;"));
        }
    }

    private ChartReadme() {}

    /** The README with the table of these values. */
    static String with(List<Row> rows) throws IOException {
        String readme = Files.readString(FILE);
        return readme.substring(0, readme.indexOf(BEGIN) + BEGIN.length())
                + "| value | default | meaning |\n| --- | --- | --- |\n"
                + rows.stream().map(Row::toMarkdown).collect(Collectors.joining())
                + readme.substring(readme.indexOf(END));
    }

    /** The values of a file, in its order: groups with their meaning only, then what is in them. */
    static List<Row> rows(String values) {
        LoaderOptions options = new LoaderOptions();
        options.setProcessComments(true);
        return rows("", (MappingNode) new Yaml(options).compose(new StringReader(values))).toList();
    }

    private static Stream<Row> rows(String parent, MappingNode group) {
        return group.getValue().stream().flatMap(entry -> {
            String path = parent + ((ScalarNode) entry.getKeyNode()).getValue();
            if (entry.getValueNode() instanceof MappingNode inner
                    && !inner.getValue().isEmpty()
                    && !path.endsWith("config")) {
                String meaning = meaning(entry);
                Stream<Row> head = meaning.isEmpty() ? Stream.empty() : Stream.of(new Row(path, "", meaning));
                return Stream.concat(head, rows(path + ".", inner));
            }
            return Stream.of(new Row(path, json(entry.getValueNode()), meaning(entry)));
        });
    }

    /** The comment above a key, without indented examples. */
    private static String meaning(NodeTuple entry) {
        List<CommentLine> comments = Objects.requireNonNullElse(entry.getKeyNode().getBlockComments(), List.of());
        int begin = 0;
        for (int i = 0; i < comments.size(); i++) {
            begin = comments.get(i).getCommentType() == CommentType.BLANK_LINE ? i + 1 : begin;
        }
        return comments.subList(begin, comments.size()).stream()
                .map(CommentLine::getValue)
                .filter(line -> !line.startsWith("  "))
                .map(String::strip)
                .collect(Collectors.joining(" "));
    }

    private static String json(Node node) {
        Object value = new Values().read(node);
        try {
            return new ObjectMapper().writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reader of a node as Java's lists, maps, texts and numbers. */
    private static final class Values extends SafeConstructor {
        Values() {
            super(new LoaderOptions());
        }

        Object read(Node node) {
            return constructDocument(node);
        }
    }
}
