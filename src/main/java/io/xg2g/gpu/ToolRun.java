package io.xg2g.gpu;

import java.time.Duration;
import java.util.List;

/** Runs a program to its end. It is done where child processes are started, which is above this package. */
@FunctionalInterface
public interface ToolRun {

    /**
     * Runs the program on the calling thread, which may be interrupted.
     *
     * @param command the program and its arguments
     * @param within how long it may take before it is killed
     */
    Ran run(List<String> command, Duration within);

    /**
     * How a program has ended.
     *
     * @param success whether it says that all went well
     * @param output what it wrote to stdout
     * @param problem why it was no success, in a few words; empty where it was one
     */
    record Ran(boolean success, String output, String problem) {}
}
