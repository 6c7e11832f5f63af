package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.json.JsonObject;
import io.xg2g.service.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Test that runs the examples of the README and of the documents, block after block, against the running program. */
@Tag("nightly")
class DocumentedExamplesIT {
    /** As `make run` starts it, and with the sources that the README allows. */
    private static final Map<String, String> USUAL =
            Map.of("xg2g.live.demo", "true", "xg2g.source.allow", "public,192.168.1.0/24");

    @TempDir
    Path directory;

    private @Nullable RunningService service;
    private int starts;

    private static Stream<Path> documents() {
        return DocumentedBlock.documents().stream()
                .filter(document -> DocumentedBlock.of(document).stream().anyMatch(DocumentedBlock::isRun));
    }

    @ParameterizedTest
    @MethodSource("documents")
    void examplesOfADocumentWork(Path document) throws IOException {
        try (ShellSession shell = new ShellSession(Files.createDirectory(directory.resolve("shell")))) {
            String printed = "";
            for (DocumentedBlock block : DocumentedBlock.of(document)) {
                if (block.isRun() && block.isSettings()) {
                    start(DocumentedSettings.of(block.filled(printed)).properties());
                } else if (block.isRun()) {
                    printed = shell.run(addressed(block.filled(printed).text()));
                } else if (block.mark().equals(DocumentedBlock.ANSWER)) {
                    assertThat(keys(printed)).as("%s: %s", block, printed).containsAll(keys(block.text()));
                }
            }
        } finally {
            stop();
        }
    }

    @Test
    void aFailingExampleIsDetected() throws IOException {
        try (ShellSession shell = new ShellSession(directory)) {
            assertThat(shell.run("answer=42 && echo yes\n")).contains("yes");
            assertThat(shell.run("echo $answer\n")).contains("42");
            assertThatThrownBy(() -> shell.run("false | true\n")).isInstanceOf(AssertionError.class);
        }
        Files.createDirectory(directory.resolve("other"));
        try (ShellSession shell = new ShellSession(directory.resolve("other"))) {
            String unknown = addressed("curl http://127.0.0.1:8080/api/v1/channels/nobody\n");
            assertThatThrownBy(() -> shell.run(unknown)).hasMessageContaining("not-found");
        } finally {
            stop();
        }
    }

    @Test
    void requestsOfTheDocumentsAreInTheDescriptionOfTheApi() {
        try {
            List<Route> described = described(running());
            assertThat(Route.all().stream()
                            // Requests for heads are in the documents only.
                            .filter(route -> !route.method().equals("HEAD"))
                            .filter(route -> route.path().startsWith("/api/")
                                    || route.path().startsWith("/live/")))
                    .isSubsetOf(described);
            for (Path document : DocumentedBlock.documents()) {
                assertThat(DocumentedRequest.of(document).stream()
                                .filter(request -> request.path().startsWith("/api/")))
                        .allMatch(request -> described.stream().anyMatch(route -> route.takes(request)));
            }
        } finally {
            stop();
        }
    }

    private static List<Route> described(RunningService running) {
        JsonObject paths = new JsonObject(
                        RunningService.get(running.api("/openapi?format=json")).body())
                .getJsonObject("paths");
        List<Route> routes = new ArrayList<>();
        for (String path : paths.fieldNames()) {
            for (String method : paths.getJsonObject(path).fieldNames()) {
                routes.add(new Route(method.toUpperCase(Locale.ROOT), path, false));
            }
        }
        return routes;
    }

    /** The commands with the URLs of the running program, which is started if necessary. */
    private String addressed(String commands) {
        if (!commands.contains("http://127.0.0.1:")) {
            return commands;
        }
        RunningService running = running();
        return commands.replace("http://127.0.0.1:8080", running.api("").toString())
                .replace("http://127.0.0.1:9000", running.management("").toString());
    }

    private static List<String> keys(String text) {
        return List.copyOf(new JsonObject(text.substring(text.indexOf('{'), text.lastIndexOf('}') + 1)).fieldNames());
    }

    private RunningService running() {
        return service == null ? start(Map.of()) : service;
    }

    private RunningService start(Map<String, String> settings) {
        stop();
        Map<String, String> all = new TreeMap<>(USUAL);
        all.putAll(settings);
        RunningService started = RunningService.start(directory.resolve("work-" + ++starts), all);
        service = started;
        return started;
    }

    private void stop() {
        if (service != null) {
            service.close();
            service = null;
        }
    }
}
