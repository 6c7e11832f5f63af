package io.xg2g.camera;

import java.util.concurrent.CompletionStage;

/** Somewhere that frames go: a store, a broker. Called by workers, never by a camera's reader. */
public interface FrameOutput {
    /** Returns the name in logs and metrics. */
    String name();

    /** Returns whether the output is configured; frames go to enabled outputs only. */
    boolean enabled();

    /**
     * Delivers a frame. Frames of one camera are delivered in their order; several may be in flight.
     *
     * @return completes when the frame was accepted by the other side, exceptionally when not, and always within the
     *     output's own deadline
     */
    CompletionStage<Void> deliver(Frame frame);
}
