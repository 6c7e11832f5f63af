package io.xg2g.security;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.config.ByteOrderMark;
import io.xg2g.storage.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;

/** File with the generated key, which is used if none is configured, so that playbacks survive a restart. */
final class PlaybackKeyFile {
    /** File name in the data directory. */
    static final String NAME = "playback-key";

    private final AtomicFile file;

    PlaybackKeyFile(AtomicFile file) {
        this.file = file;
    }

    /**
     * Reads the key, or generates and stores one. Blocks on I/O.
     *
     * @throws IllegalStateException if the file contains no key
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
            // Its message would name a configuration key.
            throw new IllegalStateException(
                    "xg2g.data-dir: " + file.path() + " contains no key; if it is deleted, a new one is generated");
        } catch (IOException e) {
            throw new UncheckedIOException("xg2g.data-dir: " + file.path() + " cannot be read or written", e);
        }
    }
}
