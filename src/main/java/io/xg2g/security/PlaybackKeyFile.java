package io.xg2g.security;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.config.ByteOrderMark;
import io.xg2g.storage.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;

/** The key that is generated where none is configured, kept so that playbacks survive a restart. */
final class PlaybackKeyFile {
    /** In the data directory. */
    static final String NAME = "playback-key";

    private final AtomicFile file;

    PlaybackKeyFile(AtomicFile file) {
        this.file = file;
    }

    /**
     * Reads the key, or generates and stores it.
     *
     * @throws IllegalStateException if the file holds something else
     * @throws UncheckedIOException if it cannot be read or written
     */
    PlaybackKey readOrGenerate(SecureRandom random) {
        try {
            Optional<byte[]> stored = file.read();
            if (stored.isPresent()) {
                return PlaybackKey.of(ByteOrderMark.removedFrom(new String(stored.get(), StandardCharsets.UTF_8)));
            }
            String generated = PlaybackKey.random(random);
            file.write((generated + "\n").getBytes(StandardCharsets.UTF_8));
            return PlaybackKey.of(generated);
        } catch (ConfigurationException damaged) {
            // Its message names a configuration key.
            throw new IllegalStateException(
                    "xg2g.data-dir: " + file.path() + " holds no key; remove it, and a new one is generated");
        } catch (IOException e) {
            throw new UncheckedIOException("xg2g.data-dir: " + file.path() + " cannot be read or written", e);
        }
    }
}
