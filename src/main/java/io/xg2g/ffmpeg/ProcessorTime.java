package io.xg2g.ffmpeg;

import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Processor time of a run of ffmpeg, as it states it at its end. Unlike the time on the clock it does not depend on what else the
 * machine does meanwhile, nor on how many threads a single run can use.
 *
 * @param seconds of all threads
 */
record ProcessorTime(double seconds) {
    /** Options of a run that states it, behind the log level. */
    static final List<String> OPTIONS = List.of("-benchmark", "-loglevel", "level+info");

    private static final Pattern STATED = Pattern.compile("bench: utime=(\\d+\\.\\d+)s stime=(\\d+\\.\\d+)s");

    /** Returns what the run has stated; empty if it has not, or says it took none. */
    static Optional<ProcessorTime> stated(String stderr) {
        Matcher matcher = STATED.matcher(stderr);
        return matcher.results()
                .reduce((_, last) -> last)
                .map(ProcessorTime::of)
                .filter(time -> time.seconds() > 0);
    }

    private static ProcessorTime of(MatchResult stated) {
        return new ProcessorTime(Double.parseDouble(stated.group(1)) + Double.parseDouble(stated.group(2)));
    }

    /** Returns the time, in seconds, that it takes all processors together. */
    double shared() {
        return seconds / Runtime.getRuntime().availableProcessors();
    }
}
