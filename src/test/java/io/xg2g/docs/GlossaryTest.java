package io.xg2g.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The glossary has the terms of the code, and the code has no private synonym of one. */
class GlossaryTest {
    private static final Pattern TERM = Pattern.compile("(?m)^\\| \\*\\*([^*|]+)\\*\\* \\| [^|]+\\. \\|$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\*\\*");

    /** Words that stood for a term of the field and explain nothing to a reader who knows the field. */
    private static final Set<String> PRIVATE_WORDS = Set.of(
            "Aftermath",
            "Allowance",
            "Board",
            "Delay",
            "Demand",
            "DeviceSlots",
            "Figures",
            "Gate",
            "Habit",
            "HeldDirectory",
            "InspectionGate",
            "Intake",
            "IssuedAddresses",
            "Lane",
            "Lead",
            "LineBudget",
            "Meter",
            "Names",
            "NewValues",
            "OpenEpoch",
            "Order",
            "Orphans",
            "OwnNames",
            "Publications",
            "Reach",
            "Reading",
            "Refreshed",
            "Refusal",
            "Refusals",
            "SlotPlan",
            "Slots",
            "SourceAnswer",
            "Standing",
            "StopLadder",
            "Tap",
            "Trial",
            "TsEntrance",
            "Turns",
            "Way",
            "WindowUnits",
            "Time");

    private static final String GLOSSARY = DocumentedBlock.read(Path.of("docs/glossary.md"));

    @Test
    void termsAreInAlphabeticalOrder() {
        List<String> terms = terms();

        assertThat(terms).hasSizeGreaterThan(40).isSortedAccordingTo(String.CASE_INSENSITIVE_ORDER);
        assertThat(ROW.matcher(GLOSSARY).results())
                .as("rows, each with a sentence")
                .hasSameSizeAs(terms);
    }

    @Test
    void everyTermIsUsedInTheCode() throws IOException {
        String sources;
        try (Stream<Path> files = sources()) {
            sources = String.join("\n", files.map(DocumentedBlock::read).toList());
        }

        assertThat(terms()).allMatch(term -> usage(term).matcher(sources).find());
    }

    /** The term in an identifier or in text; its words may be joined or broken over lines of a comment. */
    private static Pattern usage(String term) {
        return Pattern.compile(term.replaceAll("[ -]", "(?:[\\\\s*_-]*)"), Pattern.CASE_INSENSITIVE);
    }

    @Test
    void noClassHasAPrivateWordAsItsName() throws IOException {
        try (Stream<Path> files = sources()) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".java", "")))
                    .hasSizeGreaterThan(300)
                    .doesNotContainAnyElementsOf(PRIVATE_WORDS);
        }
    }

    private static List<String> terms() {
        return TERM.matcher(GLOSSARY).results().map(row -> row.group(1)).toList();
    }

    private static Stream<Path> sources() throws IOException {
        return Files.walk(Path.of("src/main/java"))
                .filter(file -> file.toString().endsWith(".java"));
    }
}
