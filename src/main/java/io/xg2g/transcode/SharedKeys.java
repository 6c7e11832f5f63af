package io.xg2g.transcode;

import io.xg2g.connection.ConnectionException;
import java.time.Duration;
import java.util.Optional;

/** Entries that all gateways share, each with a lifetime. Thread-safe; blocks. */
interface SharedKeys {

    /**
     * Replaces an entry, in one step, if it has the expected text or does not exist.
     *
     * @param expected {@code ""} to create one that does not exist
     * @param text {@code ""} to remove it
     * @param life time after which it is removed
     * @return its text, if that is another one; empty if it was replaced
     * @throws ConnectionException if it is not known whether it was
     */
    Optional<String> replace(String name, String expected, String text, Duration life)
            throws ConnectionException, InterruptedException;
}
