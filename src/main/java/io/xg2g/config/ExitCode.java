package io.xg2g.config;

/** Exit codes of the program. */
public enum ExitCode {
    /** The service was stopped by a signal, or a check found it ready. */
    OK(0),

    /** The program could not start, a check found it not ready, or it had to end by itself. */
    FAILURE(1);

    private final int value;

    ExitCode(int value) {
        this.value = value;
    }

    /** Returns the number that the operating system sees. */
    public int value() {
        return value;
    }
}
