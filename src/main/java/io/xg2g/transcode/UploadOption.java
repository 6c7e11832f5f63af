package io.xg2g.transcode;

import io.xg2g.problem.ProblemType;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Requested upload of the renditions of a job.
 *
 * @param path directory below the target's address, or {@code null} for one that is named by the job's id
 */
record UploadOption(@Nullable String path) {
    private static final Pattern PATH = Pattern.compile("[A-Za-z0-9._~-]+(/[A-Za-z0-9._~-]+)*");
    private static final int MAX_LENGTH = 256;

    /** Directory of the jobs that name none. */
    static final String DIRECTORY = "transcodes/";

    /**
     * Reads the parameters.
     *
     * @return {@code null} if no upload is requested
     * @throws io.xg2g.problem.ProblemException naming the parameter and what is allowed
     */
    static @Nullable UploadOption of(@Nullable String upload, @Nullable String path) {
        if (upload != null && !upload.equals("true") && !upload.equals("false")) {
            throw ProblemType.INVALID_REQUEST
                    .with("upload is not allowed; allowed: true, false")
                    .asException();
        }
        return of(upload == null ? null : Boolean.valueOf(upload), path);
    }

    /** Reads the parameters, as {@link #of(String, String)}. */
    static @Nullable UploadOption of(@Nullable Boolean upload, @Nullable String path) {
        if (!Boolean.TRUE.equals(upload)) {
            if (path != null) {
                throw ProblemType.INVALID_REQUEST
                        .with("there is a path for the upload, but no upload=true")
                        .asException();
            }
            return null;
        }
        if (path != null && !isAllowed(path)) {
            throw ProblemType.INVALID_REQUEST
                    .with("the path for the upload is not allowed; allowed: at most " + MAX_LENGTH
                            + " characters, names of letters, digits and . _ ~ - separated by single slashes, none of"
                            + " them . or ..")
                    .asException();
        }
        return new UploadOption(path);
    }

    private static boolean isAllowed(String path) {
        return path.length() <= MAX_LENGTH
                && PATH.matcher(path).matches()
                && Arrays.stream(path.split("/")).noneMatch(name -> name.equals(".") || name.equals(".."));
    }

    /** Returns the directory of a job. */
    String directory(String job) {
        return path == null ? DIRECTORY + job : path;
    }
}
