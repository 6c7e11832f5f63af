package io.xg2g.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Pagination cursor: the position of the last row of a page, encoded as text. */
final class Cursor {
    private static final char SEPARATOR = '\0';
    private static final int PARTS = 4;

    private Cursor() {}

    static String write(Row last) {
        SeriesKey series = last.series();
        String text = String.join(
                String.valueOf(SEPARATOR),
                Long.toString(last.aggregate().nanos()),
                series.metric(),
                series.origin().label(),
                series.host());
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Decodes a cursor.
     *
     * @throws io.xg2g.problem.ProblemException if it is malformed
     */
    static Selection.Position read(String cursor, String gpu) {
        try {
            String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
            List<String> parts = Arrays.asList(text.split(String.valueOf(SEPARATOR), -1));
            if (parts.size() == PARTS) {
                Origin origin = parts.get(2).equals(Origin.LIVE.label()) ? Origin.LIVE : Origin.REPLAY;
                return new Selection.Position(
                        Long.parseLong(parts.get(0)), new SeriesKey(gpu, parts.get(1), origin, parts.get(3)));
            }
        } catch (IllegalArgumentException malformed) {
            // Reported below.
        }
        throw TelemetryQuery.invalid("cursor is not valid; allowed: the cursor in next of the previous page");
    }
}
