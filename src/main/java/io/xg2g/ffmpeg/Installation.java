package io.xg2g.ffmpeg;

import io.xg2g.process.ChildEnvironment;
import io.xg2g.process.ChildProcess;
import io.xg2g.process.ProcessPriority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Installed ffmpeg.
 *
 * @param version its version, for instance {@code 5.1.9-0+deb12u1}; empty if there is none
 * @param encoders ffmpeg's names of the video encoders that it was built with
 * @param problem why it cannot be used; empty if it can
 */
record Installation(String version, Set<String> encoders, String problem) {
    private static final String OUTDATED = "this version is older than 8.1.2 and may have known vulnerabilities in its"
            + " decoders, such as CVE-2026-8461 (MagicYUV); that decoder cannot be reached: only decoders on an allow-list"
            + " are used";
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MAX_OUTPUT = 1 << 20;
    /** First release with {@code -fps_mode}. */
    private static final int MIN_MAJOR = 5;

    private static final int MIN_MINOR = 1;
    /** First release with the fix of CVE-2026-8461. */
    private static final List<Integer> FIXED = List.of(8, 1, 2);

    private static final Pattern RELEASE = Pattern.compile("^n?(\\d{1,4})\\.(\\d{1,4})(?:\\.(\\d{1,4}))?");
    private static final Pattern VERSION = Pattern.compile("^ffmpeg version (\\S+)", Pattern.MULTILINE);
    private static final Pattern NUMBER = Pattern.compile("^n?(\\d{1,4})\\.(\\d{1,4})");
    private static final Pattern ENCODER = Pattern.compile("^ V[.A-Z]{5} (\\S+)", Pattern.MULTILINE);

    /** Queries the program for its version and encoders. */
    static Installation find(FfmpegSettings settings, Path directory) {
        Map<String, String> environment = ChildEnvironment.of(directory);
        ChildProcess.Limits limits = settings.limits(LIMIT);
        ChildProcess.Ended version = ChildProcess.collect(
                settings.bounded(List.of(settings.ffmpeg(), "-version"), ProcessPriority.LIVE),
                directory,
                environment,
                limits,
                MAX_OUTPUT);
        if (!version.success()) {
            String reason = version.end() == ChildProcess.End.NOT_STARTED ? version.stderr() : "no response";
            return new Installation("", Set.of(), "ffmpeg cannot be started (xg2g.ffmpeg.path): " + reason);
        }
        ChildProcess.Ended encoders = ChildProcess.collect(
                settings.bounded(List.of(settings.ffmpeg(), "-hide_banner", "-encoders"), ProcessPriority.LIVE),
                directory,
                environment,
                limits,
                MAX_OUTPUT);
        return read(version.output(), encoders.output());
    }

    /** Returns a warning if the version has known vulnerabilities. */
    Optional<String> warning() {
        Matcher release = RELEASE.matcher(version);
        if (!problem.isEmpty() || !release.find()) {
            return Optional.empty();
        }
        for (int i = 0; i < FIXED.size(); i++) {
            String part = release.group(i + 1);
            int number = part == null ? 0 : Integer.parseInt(part);
            if (number != FIXED.get(i)) {
                return number > FIXED.get(i) ? Optional.empty() : Optional.of(OUTDATED);
            }
        }
        return Optional.empty();
    }

    static Installation read(String versionText, String encoderText) {
        Matcher named = VERSION.matcher(versionText);
        if (!named.find()) {
            return new Installation("", Set.of(), "the program at xg2g.ffmpeg.path is not ffmpeg");
        }
        String version = named.group(1);
        Matcher number = NUMBER.matcher(version);
        // Builds from the repository have no release number and are assumed to be recent.
        if (number.find()) {
            int major = Integer.parseInt(number.group(1));
            int minor = Integer.parseInt(number.group(2));
            if (major < MIN_MAJOR || (major == MIN_MAJOR && minor < MIN_MINOR)) {
                return new Installation(
                        version, Set.of(), "ffmpeg is " + version + "; 5.1 or newer is needed (xg2g.ffmpeg.path)");
            }
        }
        Set<String> encoders = new HashSet<>();
        Matcher encoder = ENCODER.matcher(encoderText);
        while (encoder.find()) {
            encoders.add(encoder.group(1));
        }
        return new Installation(version, Set.copyOf(encoders), "");
    }
}
