package io.xg2g.gpu;

import java.io.Serial;

/** NVML, or one GPU, can no longer be queried. */
final class NvmlException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int code;

    /**
     * Error of a function.
     *
     * @param function its name in {@code nvml.h}
     * @param code NVML's return code ({@code nvmlReturn_t})
     */
    NvmlException(String function, int code) {
        super(function + " answered " + code + ": " + meaning(code));
        this.code = code;
    }

    /** Returns whether only one GPU is lost, and the others can still be queried. */
    boolean isOfOneDevice() {
        return code == Nvml.GPU_IS_LOST || code == Nvml.RESET_REQUIRED;
    }

    private static String meaning(int code) {
        return switch (code) {
            case Nvml.UNINITIALIZED -> "the library was not initialised";
            case Nvml.NO_PERMISSION -> "no permission";
            case Nvml.DRIVER_NOT_LOADED -> "the driver is not loaded";
            case Nvml.FUNCTION_NOT_FOUND -> "the library does not have the function";
            case Nvml.GPU_IS_LOST -> "the GPU has fallen off the bus";
            case Nvml.RESET_REQUIRED -> "the GPU needs a reset";
            case Nvml.LIBRARY_RM_MISMATCH -> "the library and the loaded driver are of different versions";
            default -> "see nvmlReturn_t";
        };
    }
}
