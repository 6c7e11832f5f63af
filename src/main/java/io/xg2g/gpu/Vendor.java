package io.xg2g.gpu;

/** Who made a device, which decides the encoder families that can run on it. */
public enum Vendor {
    NVIDIA,
    INTEL,
    AMD,
    /** The processor itself: software encoding is a device like the others. */
    SOFTWARE
}
