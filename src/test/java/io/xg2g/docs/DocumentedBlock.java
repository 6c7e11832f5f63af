package io.xg2g.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A fenced block of the README or of a document in {@code docs}, and the mark in front of it: a comment, which GitHub does not
 * show. {@code <!-- run -->}: {@link DocumentedExamplesIT} runs its commands, or starts the program with its settings. {@code
 * <!-- run: … is the output before -->}: the same, and what ends with {@code …} is the {@code id} that the commands before were
 * answered with, or the first word that they printed.
 * {@code <!-- answer -->}: what the commands before are answered with. {@code <!-- not run: reason -->}: none of these.
 *
 * @param document where it is
 * @param line of its first fence, from 1
 * @param language after the fence; empty where there is none
 * @param mark what the comment says; empty where there is no comment
 * @param text the lines between the fences
 */
record DocumentedBlock(Path document, int line, String language, String mark, String text) {
    static final String RUN = "run";
    static final String RUN_WITH_OUTPUT = "run: … is the output before";
    static final String ANSWER = "answer";
    static final String NOT_RUN = "not run: ";

    private static final Pattern BLOCK = Pattern.compile(
            "(?m)^(?:<!-- (?<mark>[^\\n]*) -->\\n)?(?<fence>```+)(?<language>\\S*)[^\\n]*\\n(?<text>(?s:.*?))^\\k<fence>$");

    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]+)\"");

    private static final Pattern VARIABLES = Pattern.compile("([A-Z][A-Z0-9_]*=\\S*\\n)+");

    /** The blocks of one document, in its order. */
    static List<DocumentedBlock> of(Path document) {
        String content = read(document);
        List<DocumentedBlock> blocks = new ArrayList<>();
        BLOCK.matcher(content)
                .results()
                .forEach(found -> blocks.add(new DocumentedBlock(
                        document,
                        lineOf(content, found.start("fence")),
                        found.group("language"),
                        found.group("mark") == null ? "" : found.group("mark"),
                        found.group("text"))));
        return blocks;
    }

    /** The README and the files in {@code docs}. */
    static List<Path> documents() {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of(Path.of("README.md")),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Stream<DocumentedBlock> all() {
        return documents().stream().flatMap(document -> of(document).stream());
    }

    static String read(Path document) {
        try {
            return Files.readString(document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean isRun() {
        return mark.equals(RUN) || mark.equals(RUN_WITH_OUTPUT);
    }

    boolean isMarked() {
        return isRun() || mark.equals(ANSWER) || mark.length() > NOT_RUN.length() && mark.startsWith(NOT_RUN);
    }

    /** Whether it has settings: lines of a settings file, or environment variables only. */
    boolean isSettings() {
        return language.equals("properties") || VARIABLES.matcher(text).matches();
    }

    boolean isShell() {
        return language.equals("sh") && !isSettings();
    }

    /** The commands without comments. */
    String commands() {
        return text.replaceAll("(?m)(^|\\s)#\\s.*$", "");
    }

    /** The block with the previous output in place of {@code …}. */
    DocumentedBlock filled(String output) {
        if (!mark.equals(RUN_WITH_OUTPUT)) {
            return this;
        }
        String value = found(ID, output).stream()
                .map(id -> id.group(1))
                .findFirst()
                .orElse(output.strip().split("\\s", 2)[0]);
        return new DocumentedBlock(
                document, line, language, mark, text.replaceAll("[0-9a-f]*…", Matcher.quoteReplacement(value)));
    }

    private static int lineOf(String content, int offset) {
        return (int) content.substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
    }

    static List<MatchResult> found(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    @Override
    public String toString() {
        return document + ":" + line;
    }
}
