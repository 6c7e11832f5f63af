package io.xg2g.gpu;

/**
 * One device that may be able to encode video.
 *
 * @param id stable name: the GPU's UUID, its DRM node ({@code renderD128}), or {@code software}
 * @param vendor the maker
 * @param name what a person calls it, for instance {@code NVIDIA L4}
 * @param index the ordinal by which CUDA knows an NVIDIA device, from 0; 0 for every other vendor
 * @param node the DRM render node ({@code /dev/dri/renderD128}), or the empty string where there is none
 */
public record Device(String id, Vendor vendor, String name, int index, String node) {

    /** The processor as a device: there is exactly one. */
    public static final Device SOFTWARE = new Device("software", Vendor.SOFTWARE, "software encoding", 0, "");
}
