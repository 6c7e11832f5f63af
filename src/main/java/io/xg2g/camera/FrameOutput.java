package io.xg2g.camera;

import java.util.concurrent.CompletionStage;

/** Something that takes frames: a store or a broker. Called by the workers, never by a camera's reader. Thread-safe. */
public interface FrameOutput {

    /** Returns the name in metrics and logs. */
    String name();

    /** Returns whether it is configured. */
    boolean enabled();

    /**
     * Delivers a frame; does not block.
     *
     * @return completes when the frame was accepted by the other side, exceptionally when not, and always within the output's
     *     own deadline
     */
    CompletionStage<Void> deliver(Frame frame);
}
