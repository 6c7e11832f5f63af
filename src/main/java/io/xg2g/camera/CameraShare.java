package io.xg2g.camera;

/**
 * How many cameras a gateway takes and gives up, so that each has the same number of them.
 *
 * @param cameras number of all cameras
 * @param gateways number of gateways, at least 1
 * @param own number of cameras of this gateway
 */
record CameraShare(int cameras, int gateways, int own) {

    /**
     * Returns how many free cameras to take now.
     *
     * @param free number of cameras that no gateway has
     * @param left number of those that no gateway has taken for some seconds, although some have less than their share
     */
    int toTake(int free, int left) {
        return Math.min(free, Math.max(left, most() - own));
    }

    /** Returns whether this gateway has more than its share. */
    boolean exceeds() {
        return own > most();
    }

    private int most() {
        return Math.ceilDiv(cameras, gateways);
    }
}
