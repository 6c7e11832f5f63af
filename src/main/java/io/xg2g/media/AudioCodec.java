package io.xg2g.media;

/** Codec of a published audio track. */
public enum AudioCodec {
    AAC(""),
    AC3("ac3"),
    EAC3("ec3");

    private final String label;

    AudioCodec(String label) {
        this.label = label;
    }

    /** Returns the abbreviation in names of renditions; empty for AAC, which every player decodes. */
    public String label() {
        return label;
    }
}
