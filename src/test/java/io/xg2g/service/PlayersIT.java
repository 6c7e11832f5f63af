package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.service.MatrixPlayer.Kind;
import io.xg2g.service.PlayerTable.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every player, over every protocol that it knows, in every scenario. {@code -Dplayers=mpv,vlc} and {@code -Dscenarios=start,restart}
 * choose some of them. With {@code -Dxg2g.docs.write=true} the table in {@code docs/players.md} is written.
 */
@Tag("nightly")
@Tag("alone")
class PlayersIT {
    private static final Logger LOG = Logger.getLogger(PlayersIT.class);

    /** Players at once: as many as two cores can decode. */
    private static final int AT_ONCE = Integer.getInteger("players.at-once", 7);

    @TempDir
    static Path directory;

    @Test
    void everyPlayerPlaysOrIsKnownNotTo() throws IOException {
        PlayerTable known = PlayerTable.read();
        Map<Cell, String> seen = new LinkedHashMap<>();
        List<String> violations = new ArrayList<>();
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        try (PlayerStage stage = PlayerStage.start(directory)) {
            for (Scenario scenario : Scenario.values()) {
                if (!isChosen(scenario.name().toLowerCase(Locale.ROOT).replace('_', '-'), "scenarios")) {
                    continue;
                }
                List<Cell> cells = cells(scenario);
                for (int from = 0; from < cells.size(); from += AT_ONCE) {
                    List<Cell> some = cells.subList(from, Math.min(cells.size(), from + AT_ONCE));
                    stage.run(scenario, some).forEach((cell, result) -> {
                        LOG.infof("%s: %s", cell, result);
                        seen.put(cell, result);
                    });
                }
                stage.violations().forEach(violation -> violations.add(scenario.title() + ": " + violation));
            }
        }
        if (Boolean.getBoolean("xg2g.docs.write")) {
            known.with(seen).write();
        }
        Files.writeString(Path.of("target", "players.md"), known.with(seen).text());

        violations.addAll(known.unexpected(seen));
        assertThat(violations)
                .as("rules that are violated, and what does not play and is not in the list of %s", PlayerTable.FILE)
                .isEmpty();
    }

    private static List<Cell> cells(Scenario scenario) {
        return Arrays.stream(Kind.values())
                .filter(kind -> isChosen(kind.title().toLowerCase(Locale.ROOT), "players"))
                .flatMap(kind -> kind.protocols().stream()
                        .filter(scenario::appliesTo)
                        .map(protocol -> new Cell(kind, protocol, scenario)))
                .toList();
    }

    private static boolean isChosen(String name, String property) {
        List<String> chosen =
                new ArrayList<>(Stream.of(System.getProperty(property, "").split(","))
                        .filter(one -> !one.isBlank())
                        .toList());
        return chosen.isEmpty() || chosen.contains(name);
    }
}
