package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.service.MatrixPlayer.Kind;
import io.xg2g.service.MatrixPlayer.Protocol;
import io.xg2g.service.PlayerTable.Cell;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlayerTableTest {
    private static final Cell STARTED = new Cell(Kind.MPV, Protocol.HLS, Scenario.START);
    private static final Cell RESTARTED = new Cell(Kind.MPV, Protocol.HLS, Scenario.RESTART);
    private static final Cell AWAY = new Cell(Kind.VLC, Protocol.DASH, Scenario.SOURCE_AWAY);
    private static final PlayerTable TABLE = PlayerTable.parse("""
            # Players

            <!-- begin of the table that make players writes -->
            <!-- end of the table -->

            ## Known

            | player | protocol | scenario | reason |
            | --- | --- | --- | --- |
            | VLC | HLS, DASH | source away 10 s | its own |
            | any | `stream.ts` | restart | ended |
            """);

    @Test
    void whatIsWrittenIsRead() {
        PlayerTable written = TABLE.with(Map.of(STARTED, "plays (0.8 s, 9.1 s)", AWAY, "no picture any more"));

        PlayerTable read = PlayerTable.parse(written.text());

        assertThat(read.text()).isEqualTo(written.text()).contains("| mpv | HLS | plays (0.8 s, 9.1 s) | - |");
        assertThat(read.with(Map.of(RESTARTED, "plays")).text()).contains("| plays (0.8 s, 9.1 s) | - |", "| plays |");
    }

    @Test
    void onlyWhatIsKnownMayFail() {
        assertThat(TABLE.unexpected(Map.of(AWAY, "no picture any more"))).isEmpty();
        assertThat(TABLE.unexpected(Map.of(STARTED, "plays (0.8 s, 9.1 s)"))).isEmpty();
        assertThat(TABLE.unexpected(Map.of(RESTARTED, "no picture"))).containsExactly("mpv, HLS, restart: no picture");
        assertThat(TABLE.unexpected(Map.of(new Cell(Kind.VLC, Protocol.HLS, Scenario.START), "no picture")))
                .hasSize(1);
    }

    @Test
    void theDocumentIsComplete() throws IOException {
        PlayerTable document = PlayerTable.read();

        assertThat(document.text()).isEqualTo(PlayerTable.parse(document.text()).text());
    }
}
