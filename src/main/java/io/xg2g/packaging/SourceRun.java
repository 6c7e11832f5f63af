package io.xg2g.packaging;

import io.xg2g.ingest.SourceWindow;
import java.util.ArrayDeque;
import java.util.Deque;

/** What the latest run of a channel's segmenter has given so far. Guarded by its {@link Packager}. */
final class SourceRun {
    /** The latest windows, oldest first: what a player that comes now can begin with. */
    final Deque<SourceWindow> recent = new ArrayDeque<>();

    final AudioBuffer audio = new AudioBuffer();

    /** Whether the source's own video may be offered: not after it could not be cut once. */
    boolean passthrough = true;

    /** Whether it has audio, which windows wait for. */
    final boolean hasAudio;

    /** Whether nothing more will come. */
    boolean ended;

    SourceRun(boolean hasAudio) {
        this.hasAudio = hasAudio;
    }
}
