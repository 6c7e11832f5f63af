package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Test that the README is short and links to every document. */
class ReadmeTest {
    private static final int MAX_WORDS = 900;

    private static final String README = DocumentedBlock.read(Path.of("README.md"));

    @Test
    void theReadmeHasAtMostNineHundredWords() {
        assertThat(README.strip().split("\\s+")).hasSizeLessThanOrEqualTo(MAX_WORDS);
    }

    @Test
    void everyDocumentIsLinkedFromTheReadme() throws IOException {
        try (Stream<Path> top = Files.list(Path.of(""));
                Stream<Path> docs = Files.list(Path.of("docs"))) {
            List<String> documents = Stream.concat(top, docs)
                    .map(Path::toString)
                    .filter(file -> file.endsWith(".md") && !file.equals("README.md"))
                    .toList();

            assertThat(documents).hasSizeGreaterThan(10).allMatch(document -> README.contains("](" + document + ")"));
        }
    }
}
