package io.xg2g.transcode;

import java.time.Instant;

/** State of the upload of a completed job's renditions. */
sealed interface ResultUpload {

    /** Returns the name of the state in the API and on disk. */
    String label();

    /** Not all renditions are on the target. */
    record Waiting() implements ResultUpload {
        static final String LABEL = "uploading";

        @Override
        public String label() {
            return LABEL;
        }
    }

    /**
     * All renditions are on the target.
     *
     * @param url directory of the renditions, with a slash at its end
     */
    record Uploaded(String url, Instant at) implements ResultUpload {
        static final String LABEL = "uploaded";

        @Override
        public String label() {
            return LABEL;
        }
    }

    /** Given up, since the target refuses a rendition. */
    record Failed(String reason, Instant at) implements ResultUpload {
        static final String LABEL = "failed";

        @Override
        public String label() {
            return LABEL;
        }
    }
}
