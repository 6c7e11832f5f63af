package io.xg2g.ffmpeg;

import io.xg2g.gpu.Device;
import java.util.Map;

/**
 * Result of the probe of one device.
 *
 * @param encoders encoder in use for each codec; codecs without one are absent
 * @param rejected reasons why other encoders are not used, by ffmpeg's name of the encoder
 * @param sessionLimit number of concurrent encoder sessions, 8 meaning 8 or more; 0 if there is no limit
 */
public record DeviceReport(
        Device device, Map<Codec, EncoderReport> encoders, Map<String, String> rejected, int sessionLimit) {
    /** Largest session limit that is tested. */
    public static final int MANY_SESSIONS = 8;

    public DeviceReport {
        encoders = Map.copyOf(encoders);
        rejected = Map.copyOf(rejected);
    }

    /** Returns whether any encoder works on the device. */
    public boolean usable() {
        return !encoders.isEmpty();
    }

    /**
     * Encoder that passed its self-test.
     *
     * @param encoder ffmpeg's name, for instance {@code h264_nvenc}
     * @param speed speed of transcoding 1080-line video to 720p relative to real time, with the start of the process; that of
     *     software is derived from its processor time, as if all processors did nothing else
     */
    public record EncoderReport(String encoder, double speed) {}
}
