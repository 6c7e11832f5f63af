package io.xg2g.source;

/** A URL may not be fetched for the client, or the source, that named it. */
public final class SourceNotAllowed extends Exception {
    private static final long serialVersionUID = 1;

    SourceNotAllowed(String sentence) {
        super(sentence, null, false, false);
    }

    /** Returns what is not allowed and what is, without user, password, path and query of the URL. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
