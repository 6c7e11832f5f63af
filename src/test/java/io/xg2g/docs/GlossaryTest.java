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

/** Test that the glossary has the terms of the code, and that no class name is a private synonym of one. */
class GlossaryTest {
    private static final Pattern TERM = Pattern.compile("(?m)^\\| \\*\\*([^*|]+)\\*\\* \\| [^|]+\\. \\|$");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| \\*\\*");

    /** Former private words for terms of the field. */
    private static final Set<String> PRIVATE_WORDS = Set.of(
            "Aftermath",
            "Allowance",
            "Board",
            "ByHand",
            "Canary",
            "Delay",
            "Demand",
            "Demuxed",
            "DeviceSlots",
            "Figures",
            "FlashAndBeep",
            "Footprint",
            "Gate",
            "Habit",
            "HandDrivenSlots",
            "HeldDirectory",
            "Hostile",
            "InspectionGate",
            "Intake",
            "IssuedAddresses",
            "Lane",
            "Lead",
            "LineBudget",
            "Meter",
            "NaiveTurns",
            "Names",
            "NewValues",
            "NvmlTrial",
            "OpenEpoch",
            "Order",
            "Orphans",
            "OutsideClient",
            "OwnNames",
            "PortAnswer",
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
            "Time",
            "Trial",
            "TsEntrance",
            "Turns",
            "Way",
            "WindowUnits");

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
        try (Stream<Path> files = Stream.concat(sources(), javaFiles(Path.of("src/test/java")))) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".java", "")))
                    .hasSizeGreaterThan(300)
                    .doesNotContainAnyElementsOf(PRIVATE_WORDS);
        }
    }

    private static List<String> terms() {
        return TERM.matcher(GLOSSARY).results().map(row -> row.group(1)).toList();
    }

    private static Stream<Path> sources() throws IOException {
        return javaFiles(Path.of("src/main/java"));
    }

    private static Stream<Path> javaFiles(Path root) throws IOException {
        return Files.walk(root).filter(file -> file.toString().endsWith(".java"));
    }
}
