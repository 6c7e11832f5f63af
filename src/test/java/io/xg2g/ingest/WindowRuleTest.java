package io.xg2g.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.ffmpeg.FrameGrid;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Times are milliseconds; the grid has 25 frames a second, and windows of 2 s. */
class WindowRuleTest {
    private static final long FROM = 1_000_000;
    private static final FrameGrid GRID = new FrameGrid(WindowCutter.START, 25, 1, 50);

    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            first | keyframes                  | known | end
            # Regular GOPs: the window ends as soon as its last frame is known.
            true  | 0 1000                     |  999  |
            true  | 0 1000                     | 1000  | 1000
            true  | 0 480 960                  |  960  |  960
            false | 0 1000 2000                | 1999  |
            false | 0 1000 2000                | 2000  | 2000
            false | 0 2000                     | 2000  | 2000
            # Rounded times do not leave the grid.
            false | 0 1000 2001                | 2001  | 2000
            # The end of a loop.
            false | 0 1000 2020                | 2020  | 2020
            false | 0 1000 2080                | 2080  | 2080
            false | 0 934 1934                 | 2065  |
            false | 0 934 1934                 | 2066  | 1934
            # GOPs of other durations.
            false | 0 480 960 1440 1920        | 2080  | 1920
            false | 0 1200 2400                | 2400  | 2400
            false | 0 1500                     | 2399  |
            false | 0 1500                     | 2400  | 1500
            # Long GOPs: the regular duration.
            true  | 0                          | 2399  |
            true  | 0                          | 2400  | 2000
            false | 0                          | 2400  | 2000
            # A window that begins without a keyframe ends with one, and is not extended.
            false | 1300                       | 2002  | 1300
            false | 2300                       | 2002  | 2000
            false | 300                        | 2002  | 2000
            """)
    void aWindowOfAPassthroughEndsAtTheNearestKeyframe(boolean first, String keyframes, long known, Long end) {
        WindowRule rule = new WindowRule(GRID, true);
        List<Long> keys = Arrays.stream(keyframes.split(" "))
                .map(key -> FROM + 90 * Long.parseLong(key))
                .toList();

        OptionalLong found = rule.end(FROM, first, keys, FROM + 90 * known);

        assertThat(found).isEqualTo(end == null ? OptionalLong.empty() : OptionalLong.of(FROM + 90 * end));
    }

    @ParameterizedTest
    @CsvSource({"true, 999,", "true, 1000, 1000", "false, 1999,", "false, 2000, 2000"})
    void otherWindowsHaveTheDurationOfTheGrid(boolean first, long known, Long end) {
        WindowRule rule = new WindowRule(GRID, false);

        OptionalLong found = rule.end(FROM, first, List.of(FROM, FROM + 90 * 1800), FROM + 90 * known);

        assertThat(found).isEqualTo(end == null ? OptionalLong.empty() : OptionalLong.of(FROM + 90 * end));
    }

    @Test
    void framesAreThoseOfTheGrid() {
        WindowRule rule = new WindowRule(new FrameGrid(WindowCutter.START, 30_000, 1001, 60), true);

        assertThat(rule.frames(180_180)).isEqualTo(60);
        assertThat(rule.frames(180_180 + 1502)).isEqualTo(61);
        assertThat(rule.frames(0)).isEqualTo(1);
        assertThat(rule.duration(30)).isEqualTo(90_090);
        assertThat(rule.longest()).isEqualTo(216_216);
    }
}
