package io.xg2g.camera;

/** Status of cameras for outputs that announce it. */
public interface CameraStatusListener {
    /** Called for each new status, in their order for each camera; must not block. */
    void changed(CameraStatus status);
}
