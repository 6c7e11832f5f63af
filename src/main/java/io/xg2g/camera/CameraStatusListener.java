package io.xg2g.camera;

/** Listener to the states of all cameras. Must not block. */
public interface CameraStatusListener {

    /** The state of a camera has changed. */
    void changed(CameraStatus status);
}
