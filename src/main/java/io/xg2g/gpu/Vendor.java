package io.xg2g.gpu;

/** Manufacturer of a device, which determines its encoder families. */
public enum Vendor {
    NVIDIA,
    INTEL,
    AMD,
    /** The processor, for software encoders. */
    SOFTWARE
}
