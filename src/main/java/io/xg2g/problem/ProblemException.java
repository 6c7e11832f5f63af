package io.xg2g.problem;

import java.io.Serial;

/** Ends a request with a problem as its response. Has no stack trace, since it reports no bug. */
public final class ProblemException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final transient Problem problem;

    ProblemException(Problem problem) {
        super(problem.detail(), null, false, false);
        this.problem = problem;
    }

    /** Returns the problem for the response. */
    public Problem problem() {
        return problem;
    }
}
