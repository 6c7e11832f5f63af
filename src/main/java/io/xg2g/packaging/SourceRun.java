package io.xg2g.packaging;

import io.xg2g.ingest.SourceWindow;
import java.util.ArrayDeque;
import java.util.Deque;

/** Output of one segmenter run, as far as it is needed for packaging. Guarded by its {@link Packager}. */
final class SourceRun {
    /** Latest windows, oldest first, for a fast start. */
    final Deque<SourceWindow> recent = new ArrayDeque<>();

    final AudioBuffer audio = new AudioBuffer();

    /** Whether the passthrough is published. */
    PassthroughOffer passthrough = PassthroughOffer.INITIAL;

    /** Whether the run has audio, which windows wait for. */
    final boolean hasAudio;

    /** Whether the run has ended. */
    boolean ended;

    SourceRun(boolean hasAudio) {
        this.hasAudio = hasAudio;
    }
}
