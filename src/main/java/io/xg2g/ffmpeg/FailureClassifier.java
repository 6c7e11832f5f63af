package io.xg2g.ffmpeg;

import io.xg2g.process.ChildProcess;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Classifier of failed runs by their end, exit code and stderr.
 *
 * <p>ffmpeg 5 exits with 1 in most cases, so that stderr is matched first, from specific causes to general ones.
 */
final class FailureClassifier {
    private record Rule(Pattern pattern, Failure.Kind kind, String sentence) {}

    private static final String NOTHING_DECODED = "no video frame could be decoded from the input";

    private static final Rule UNDECODABLE = rule(
            "Output file is empty|does not contain any stream|matches no streams|Decoder .* not found"
                    + "|Invalid data found when processing input|moov atom not found|not on whitelist"
                    + "|Cannot determine format of input|could not find codec parameters|no frame!"
                    + "|Nothing was written into output file|Error while decoding stream",
            Failure.Kind.UNSUPPORTED_MEDIA,
            NOTHING_DECODED);

    private static final List<Rule> RULES = List.of(
            rule(
                    "No space left on device|Disk quota exceeded|Read-only file system|File too large",
                    Failure.Kind.DISK,
                    "the work directory cannot take the output: it is full or not writable"),
            rule(
                    "OpenEncodeSessionEx failed: (out of memory|incompatible client key)|CUDA_ERROR_OUT_OF_MEMORY"
                            + "|maximum number of concurrent sessions|No free (encoding|encoder)",
                    Failure.Kind.DEVICE_CAPACITY,
                    "the device has no free encoder session or memory"),
            rule(
                    "Frame Dimension less than the minimum|Width .* not supported|Height .* not supported"
                            + "|Hardware does not support encoding at size|10 bit encode not supported",
                    Failure.Kind.UNSUPPORTED_MEDIA,
                    "the device's encoder does not support this frame size"),
            rule(
                    "CUDA_ERROR_|Cannot load (libcuda|nvcuda|libnvidia)|No VA display|Failed to initialise VAAPI"
                            + "|vaInitialize|Error initializing an? (internal )?(MFX|encoder)|MFX session"
                            + "|OpenEncodeSessionEx failed|No capable devices found|No NVENC capable"
                            + "|Device creation failed|Failed to set value .* for option 'init_hw_device'"
                            + "|Driver does not support the required nvenc|unsupported device|device failed"
                            + "|AMF failed|DLL libamfrt|Failed to (upload|map|sync) .*surface|hwupload.*fail"
                            + "|Impossible to convert between the formats",
                    Failure.Kind.DEVICE_FAULT,
                    "the device or its driver does not work"),
            rule("Unknown encoder", Failure.Kind.DEVICE_FAULT, "this ffmpeg was built without the encoder"),
            rule(
                    "No such filter: '(zscale|tonemap)'",
                    Failure.Kind.CRASH,
                    "HDR video needs an ffmpeg with the filter zscale (libzimg); this one lacks it"),
            rule(
                    "Unrecognized option|Option .* not found|No such filter|Error parsing options|Invalid argument.*option",
                    Failure.Kind.CRASH,
                    "this ffmpeg lacks a required option or filter"),
            rule(
                    "Cannot allocate memory",
                    Failure.Kind.CRASH,
                    "ffmpeg is out of memory; its limit is xg2g.ffmpeg.max-memory"),
            UNDECODABLE);

    private FailureClassifier() {}

    /** Returns the failure of a run. */
    static Failure classify(ChildProcess.Ended ended, ChildProcess.Limits limits) {
        return switch (ended.end()) {
            case INTERRUPTED -> new Failure(Failure.Kind.STOPPED, "the run was stopped");
            case RUN_TIMEOUT ->
                new Failure(
                        Failure.Kind.RUN_TIMEOUT,
                        "the run took longer than " + seconds(limits.run().toMillis()) + " (xg2g.ffmpeg.run-timeout)");
            case START_TIMEOUT ->
                new Failure(
                        Failure.Kind.CRASH,
                        "ffmpeg wrote nothing for " + seconds(limits.start().toMillis())
                                + " (xg2g.ffmpeg.start-timeout)");
            case STALLED ->
                new Failure(
                        Failure.Kind.CRASH,
                        "ffmpeg made no progress for " + seconds(limits.stall().toMillis())
                                + " (xg2g.ffmpeg.stall-timeout)");
            case NOT_STARTED ->
                new Failure(Failure.Kind.CRASH, "ffmpeg cannot be started (xg2g.ffmpeg.path): " + ended.stderr());
            case EXITED -> exited(ended);
        };
    }

    private static Failure exited(ChildProcess.Ended ended) {
        for (Rule rule : RULES) {
            if (rule.pattern().matcher(ended.stderr()).find()) {
                Failure failure = new Failure(rule.kind(), rule.sentence());
                return rule.equals(UNDECODABLE)
                        ? Decoders.refusal(ended.stderr()).orElse(failure)
                        : failure;
            }
        }
        int code = ended.exitCode();
        // 128 + signal if a signal ended it; ffmpeg itself exits with 255 after TERM and INT.
        if (code > 128 && code < 160) {
            return new Failure(Failure.Kind.CRASH, "ffmpeg was terminated by signal " + (code - 128));
        }
        return switch (code) {
            case 0 -> new Failure(Failure.Kind.CRASH, "ffmpeg exited with 0 but its output is incomplete");
            case 255 -> new Failure(Failure.Kind.CRASH, "ffmpeg was terminated by another process");
            case 183 -> Failure.unsupported(NOTHING_DECODED);
            case 228 -> new Failure(Failure.Kind.DISK, "the work directory is full");
            default -> new Failure(Failure.Kind.CRASH, "ffmpeg failed with exit code " + code);
        };
    }

    private static Rule rule(String pattern, Failure.Kind kind, String sentence) {
        return new Rule(Pattern.compile(pattern, Pattern.CASE_INSENSITIVE), kind, sentence);
    }

    private static String seconds(long millis) {
        return millis % 1000 == 0 ? millis / 1000 + " s" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    /** Returns whether a failure is that of a decoder: another one may decode the input. */
    static boolean isUndecodable(Failure failure) {
        return failure.kind() == Failure.Kind.UNSUPPORTED_MEDIA
                && failure.detail().equals(NOTHING_DECODED);
    }
}
