package io.xg2g.upload;

import java.util.OptionalLong;

/**
 * Numbers of the latest leases of channels: what was made under an earlier one is superseded, and neither replaces nor deletes playlists on the
 * target.
 */
interface Fences {
    /** Returns the number of the latest lease of a channel; empty if it is not known at present. Blocks for some seconds at most. */
    OptionalLong latest(String channel);

    /** Returns whether a lease is known to be the latest one. Blocks for some seconds at most. */
    default boolean isLatest(String channel, long fence) {
        OptionalLong latest = latest(channel);
        return latest.isPresent() && latest.getAsLong() <= fence;
    }
}
