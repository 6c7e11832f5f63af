package io.xg2g.gpu;

import java.time.Duration;
import java.util.List;

/** Runner of external programs such as {@code nvidia-smi}. */
@FunctionalInterface
public interface ToolRunner {

    /**
     * Runs a program to its end on the calling thread; an interrupt ends it.
     *
     * @param command the program and its arguments
     * @param timeout time after which it is killed
     */
    Result run(List<String> command, Duration timeout);

    /**
     * Result of a run.
     *
     * @param success whether the exit code was 0
     * @param output what the program wrote to stdout
     * @param error why the run failed, in a few words; empty if it succeeded
     */
    record Result(boolean success, String output, String error) {}
}
