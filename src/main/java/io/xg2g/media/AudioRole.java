package io.xg2g.media;

/** Purpose of an audio track. */
public enum AudioRole {
    /** Audio of the programme. */
    MAIN("", ""),
    /** Audio with a description of the picture, or spoken subtitles, for the visually impaired. */
    DESCRIPTION("ad", "audio description"),
    /** Audio with intelligible speech for the hearing impaired. */
    HEARING_IMPAIRED("hi", "clear speech"),
    /** Music and effects without speech. */
    EFFECTS("fx", "effects");

    private final String label;
    private final String description;

    AudioRole(String label, String description) {
        this.label = label;
        this.description = description;
    }

    /** Returns the abbreviation in names of renditions; empty for main audio. */
    public String label() {
        return label;
    }

    /** Returns a few words for viewers; empty for main audio. */
    public String description() {
        return description;
    }
}
