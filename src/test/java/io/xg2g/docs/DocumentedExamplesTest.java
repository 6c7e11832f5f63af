package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Test of the examples of the README and of the documents as far as possible without a running program. {@link
 * DocumentedExamplesIT} runs them.
 */
class DocumentedExamplesTest {
    private static final Pattern FENCE = Pattern.compile("(?m)^\\s*```");
    private static final Pattern PLACEHOLDER = Pattern.compile("…|\\.\\.\\.");
    private static final Pattern SPAN = Pattern.compile("(?<!`)`([^`\\n]+)`(?!`)");
    private static final Pattern PROPERTY = Pattern.compile("(?<![\\w./])xg2g\\.[a-z0-9.<>-]+");
    private static final Pattern VARIABLE = Pattern.compile("\\bXG2G_[A-Z0-9_]+");

    private static final List<DocumentedProperty> KNOWN = DocumentedProperty.all();

    @TempDir
    Path directory;

    @Test
    void everyBlockHasAMark() {
        assertThat(DocumentedBlock.all().filter(block -> !block.isMarked()))
                .as("blocks without a mark in front of them; DocumentedBlock says which there are")
                .isEmpty();
        for (Path document : DocumentedBlock.documents()) {
            assertThat(DocumentedBlock.found(FENCE, DocumentedBlock.read(document)))
                    .as("fences of %s", document)
                    .hasSize(2 * DocumentedBlock.of(document).size());
        }
    }

    @Test
    void runnableBlocksAreCompleteAndOfASupportedKind() {
        assertThat(DocumentedBlock.all().filter(DocumentedBlock::isRun))
                .hasSizeGreaterThan(10)
                .allMatch(block -> block.isSettings() || block.isShell())
                .filteredOn(block -> block.isShell() && block.mark().equals(DocumentedBlock.RUN))
                .noneMatch(block -> PLACEHOLDER.matcher(block.commands()).find());
    }

    private static Stream<DocumentedBlock> settings() {
        return DocumentedBlock.all().filter(DocumentedBlock::isSettings);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void settingsExistAndTheirValuesAreLegal(DocumentedBlock block) {
        DocumentedSettings settings = DocumentedSettings.of(block);

        assertThat(settings.values()).isNotEmpty();
        assertTaken(settings);
    }

    @Test
    void settingsInCommandsAndTextExistAndTheirValuesAreLegal() throws IOException {
        Set<String> ofCompose = ofCompose();
        for (Path document : DocumentedBlock.documents()) {
            DocumentedSettings settings = DocumentedSettings.variables(DocumentedBlock.read(document));
            settings.values().keySet().removeAll(ofCompose);
            assertTaken(settings);
            assertTaken(DocumentedSettings.propertiesIn(String.join("\n", spans(document))));
        }
    }

    /** The file as shipped, and with all commented settings enabled. */
    @ParameterizedTest
    @ValueSource(strings = {"config.example.properties", "deploy/deb/application.properties"})
    void settingsOfShippedFilesAreLegal(String file) {
        String switchedOn = DocumentedBlock.read(Path.of(file)).replaceAll("(?m)^#(?=xg2g\\.)", "");
        DocumentedSettings settings = DocumentedSettings.properties(switchedOn);
        settings.values().keySet().removeIf(name -> !name.startsWith("xg2g.") || name.endsWith("-dir"));

        assertTaken(settings);
    }

    private void assertTaken(DocumentedSettings settings) {
        assertThat(settings.values().keySet())
                .allMatch(name -> KNOWN.stream()
                        .anyMatch(known -> settings.variables()
                                ? DocumentedSettings.isVariableOf(known, name)
                                : DocumentedSettings.isNameOf(known, name)));
        // Documents have no secrets.
        assertThat(ConfigurationStart.problems(settings.source(Map.of(
                        "xg2g.data-dir", directory.resolve("data").toString(), "xg2g.cluster.secret", "x".repeat(32)))))
                .isEmpty();
    }

    @Test
    void propertiesAndVariablesNamedInTheTextExist() throws IOException {
        Set<String> ofCompose = ofCompose();
        Set<String> unknown = new TreeSet<>();
        for (Path document : DocumentedBlock.documents()) {
            for (String span : spans(document)) {
                DocumentedBlock.found(PROPERTY, span).stream()
                        .map(found -> found.group().replaceFirst("[.-]+$", ""))
                        .filter(name -> KNOWN.stream().noneMatch(known -> isNameOrBeginning(known, name)))
                        .forEach(name -> unknown.add(document + ": " + name));
                DocumentedBlock.found(VARIABLE, span).stream()
                        .map(found -> found.group())
                        .filter(name -> !ofCompose.contains(name))
                        .filter(name -> KNOWN.stream()
                                .noneMatch(known -> known.variable().equals(name)
                                        || name.endsWith("_")
                                                && known.variable().startsWith(name)
                                        || DocumentedSettings.isVariableOf(known, name)))
                        .forEach(name -> unknown.add(document + ": " + name));
            }
        }
        assertThat(unknown).isEmpty();
    }

    private static boolean isNameOrBeginning(DocumentedProperty known, String name) {
        return DocumentedSettings.isNameOf(known, name) || known.property().startsWith(name + ".");
    }

    @Test
    void requestsHaveAnEndpoint() {
        List<Route> routes = Route.all();
        List<DocumentedRequest> requests = DocumentedBlock.documents().stream()
                .flatMap(document -> DocumentedRequest.of(document).stream())
                .toList();

        assertThat(requests).hasSizeGreaterThan(60);
        assertThat(requests).allMatch(request -> routes.stream().anyMatch(route -> route.takes(request)));
    }

    private static List<String> spans(Path document) {
        String text = DocumentedBlock.read(document).replaceAll("(?ms)^```.*?^```", "");
        return DocumentedBlock.found(SPAN, text).stream()
                .map(span -> span.group(1))
                .toList();
    }

    /** Variables of the compose files that are not read by the program. */
    private static Set<String> ofCompose() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("deploy"))) {
            return files.filter(file -> file.toString().endsWith(".yml"))
                    .flatMap(file ->
                            DocumentedBlock.found(
                                    Pattern.compile("\\$\\{(XG2G_[A-Z0-9_]+)"), DocumentedBlock.read(file))
                                    .stream())
                    .map(found -> found.group(1))
                    .collect(Collectors.toSet());
        }
    }
}
