package io.xg2g.service;

import io.xg2g.service.MatrixPlayer.Kind;
import io.xg2g.service.MatrixPlayer.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The document of the players: what each of them did, in a table between two marks, and what is known not to play, in the table of
 * the section «Known», with the reason. Immutable.
 */
final class PlayerTable {
    static final Path FILE = Path.of("docs", "players.md");

    private static final String BEGIN = "<!-- begin of the table that make players writes -->\n";
    private static final String END = "<!-- end of the table -->\n";
    private static final String KNOWN = "\n## Known\n";

    /** A player, protocol or scenario of any kind, in a line of what is known. */
    private static final String ANY = "any";

    private final String text;
    private final Map<Cell, String> results;

    /** One player, by one protocol, in one scenario. */
    record Cell(Kind player, Protocol protocol, Scenario scenario) {
        @Override
        public String toString() {
            return player.title() + ", " + protocol.title() + ", " + scenario.title();
        }
    }

    private PlayerTable(String text, Map<Cell, String> results) {
        this.text = text;
        this.results = results;
    }

    static PlayerTable read() throws IOException {
        return parse(Files.readString(FILE));
    }

    /** Reads a document. */
    static PlayerTable parse(String text) {
        Map<Cell, String> results = new LinkedHashMap<>();
        for (List<String> row : rows(text.substring(text.indexOf(BEGIN), text.indexOf(END)))) {
            for (Scenario scenario : Scenario.values()) {
                int column = 2 + scenario.ordinal();
                cell(row.get(0), row.get(1), scenario)
                        .filter(_ -> !row.get(column).equals("-"))
                        .ifPresent(cell -> results.put(cell, row.get(column)));
            }
        }
        return new PlayerTable(text, results);
    }

    private static Optional<Cell> cell(String player, String protocol, Scenario scenario) {
        return Stream.of(Kind.values())
                .filter(kind -> kind.title().equals(player))
                .flatMap(kind -> kind.protocols().stream()
                        .filter(one -> one.title().equals(protocol))
                        .map(one -> new Cell(kind, one, scenario)))
                .findFirst();
    }

    /** Cells of the lines of a table but for its head. */
    private static List<List<String>> rows(String text) {
        return text.lines()
                .filter(line -> line.startsWith("| "))
                .skip(2)
                .map(line -> Stream.of(line.substring(2, line.length() - 2).split(" \\| "))
                        .map(String::strip)
                        .toList())
                .toList();
    }

    /** Returns the document with these results instead of earlier ones of the same cells. */
    PlayerTable with(Map<Cell, String> seen) {
        Map<Cell, String> all = new LinkedHashMap<>(results);
        all.putAll(seen);
        return new PlayerTable(text, all);
    }

    /** Returns the results that are neither {@code plays} nor known. */
    List<String> unexpected(Map<Cell, String> seen) {
        return seen.entrySet().stream()
                .filter(one -> !one.getValue().startsWith("plays") && !isKnown(one.getKey()))
                .map(one -> one.getKey() + ": " + one.getValue())
                .toList();
    }

    private boolean isKnown(Cell cell) {
        return rows(text.substring(text.indexOf(KNOWN))).stream()
                .anyMatch(row -> matches(row.get(0), cell.player().title())
                        && matches(row.get(1), cell.protocol().title())
                        && matches(row.get(2), cell.scenario().title()));
    }

    private static boolean matches(String names, String name) {
        return names.equals(ANY) || List.of(names.split(", ")).contains(name);
    }

    /** The document. */
    String text() {
        List<String> lines = new ArrayList<>();
        lines.add(Stream.of(Scenario.values())
                .map(Scenario::title)
                .collect(Collectors.joining(" | ", "| player | protocol | ", " |")));
        lines.add("| --- | --- |" + " --- |".repeat(Scenario.values().length));
        for (Kind kind : Kind.values()) {
            for (Protocol protocol : kind.protocols()) {
                lines.add(Stream.of(Scenario.values())
                        .map(scenario -> results.getOrDefault(new Cell(kind, protocol, scenario), "-"))
                        .collect(Collectors.joining(
                                " | ", "| " + kind.title() + " | " + protocol.title() + " | ", " |")));
            }
        }
        return text.substring(0, text.indexOf(BEGIN) + BEGIN.length()) + String.join("\n", lines) + "\n"
                + text.substring(text.indexOf(END));
    }

    void write() throws IOException {
        Files.writeString(FILE, text());
    }
}
