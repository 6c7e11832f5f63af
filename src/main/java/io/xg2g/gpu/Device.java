package io.xg2g.gpu;

/**
 * Device that may be able to encode video.
 *
 * @param id stable name: the GPU's UUID, its DRM node ({@code renderD128}), or {@code software}
 * @param vendor its manufacturer
 * @param name product name, for instance {@code NVIDIA L4}
 * @param index CUDA ordinal of an NVIDIA device, from 0; 0 for every other vendor
 * @param node the DRM render node ({@code /dev/dri/renderD128}), or the empty string if it has none
 */
public record Device(String id, Vendor vendor, String name, int index, String node) {

    /** The processor as a device, for software encoders. There is exactly one. */
    public static final Device SOFTWARE = new Device("software", Vendor.SOFTWARE, "software encoding", 0, "");
}
