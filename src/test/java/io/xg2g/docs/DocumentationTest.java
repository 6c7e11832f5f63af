package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Test of the links and commands in the documents. */
class DocumentationTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");
    private static final Pattern MAKE = Pattern.compile("(?m)(?:`|^ *)make ([a-z][a-z-]*)");
    private static final Pattern TARGET = Pattern.compile("(?m)^([a-z][a-z-]*):");
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```");

    @Test
    void relativeLinksResolve() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path document : documents()) {
            String prose = FENCE.matcher(Files.readString(document)).replaceAll("");
            for (String link : found(LINK, prose)) {
                if (!link.matches("[a-z]+:.*") && !resolves(document, link)) {
                    broken.add(document + ": " + link);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void makeTargetsInTheDocumentsExist() throws IOException {
        Set<String> targets = Set.copyOf(found(TARGET, Files.readString(Path.of("Makefile"))));
        for (Path document : documents()) {
            assertThat(targets)
                    .as("make targets named by %s", document)
                    .containsAll(found(MAKE, Files.readString(document)));
        }
    }

    @Test
    void gettingStartedUsesTestedCommands() throws IOException {
        String readme = Files.readString(Path.of("README.md"));
        String gettingStarted = readme.substring(readme.indexOf("## Getting started"));
        assertThat(found(MAKE, gettingStarted)).contains("run", "test");
        assertThat(found(MAKE, Files.readString(Path.of(".ci/run")))).contains("deps", "test");
    }

    private static boolean resolves(Path document, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty()
                ? document
                : document.resolveSibling(parts[0]).normalize();
        if (!Files.exists(target)) {
            return false;
        }
        return parts.length == 1
                || found(HEADING, Files.readString(target)).stream()
                        .map(DocumentationTest::anchor)
                        .anyMatch(parts[1]::equals);
    }

    /** Anchor of a heading on GitHub. */
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .strip()
                .replace(' ', '-');
    }

    private static List<String> found(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(Path.of(""));
                Stream<Path> docs = Files.walk(Path.of("docs"));
                Stream<Path> forge = Files.walk(Path.of(".github"))) {
            return Stream.of(top, docs, forge)
                    .flatMap(files -> files)
                    .filter(file -> file.toString().endsWith(".md"))
                    .collect(Collectors.toList());
        }
    }
}
