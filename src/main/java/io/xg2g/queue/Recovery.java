package io.xg2g.queue;

import java.util.List;

/**
 * What was found in the directory of a queue when it was opened.
 *
 * @param items number of items that were not acknowledged
 * @param segments number of files
 * @param bytesCut bytes of incomplete records at the end of the latest file, cut off: writes that were under way when the
 *     process was killed, none of which had been acknowledged with {@link Durability#SYNC}
 * @param damage what was dropped or is missing
 */
public record Recovery(long items, int segments, long bytesCut, List<Damage> damage) {
    static final Recovery NOTHING = new Recovery(0, 0, 0, List.of());
}
