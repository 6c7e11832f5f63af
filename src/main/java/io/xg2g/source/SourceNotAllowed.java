package io.xg2g.source;

/** An address may not be fetched for who has named it. */
public final class SourceNotAllowed extends Exception {
    private static final long serialVersionUID = 1;

    SourceNotAllowed(String sentence) {
        super(sentence, null, false, false);
    }

    /** What is not allowed and what is; without user, password, path and query of the address. */
    public String sentence() {
        return String.valueOf(getMessage());
    }
}
