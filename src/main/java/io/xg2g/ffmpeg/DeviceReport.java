package io.xg2g.ffmpeg;

import io.xg2g.gpu.Device;
import java.util.Map;

/**
 * What the probe found out about one device.
 *
 * @param device the device
 * @param encoders the encoder to be used for each codec; a codec without one is not there
 * @param rejected why other encoders are not used, by ffmpeg's name of the encoder
 * @param sessionLimit how many encoder sessions it opens at once, 8 meaning 8 or more; 0 where there is no such limit
 */
public record DeviceReport(
        Device device, Map<Codec, EncoderReport> encoders, Map<String, String> rejected, int sessionLimit) {
    /** From so many sessions on, the limit is not looked for. */
    public static final int MANY_SESSIONS = 8;

    public DeviceReport {
        encoders = Map.copyOf(encoders);
        rejected = Map.copyOf(rejected);
    }

    /** Whether any encoder works on it. */
    public boolean usable() {
        return !encoders.isEmpty();
    }

    /**
     * An encoder that passed.
     *
     * @param encoder ffmpeg's name of it, for instance {@code h264_nvenc}
     * @param speed seconds of 1080-line video turned into 720p in one second, start of the process included
     */
    public record EncoderReport(String encoder, double speed) {}
}
