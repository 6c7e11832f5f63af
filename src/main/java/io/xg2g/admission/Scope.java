package io.xg2g.admission;

/** Whose budget it is. */
enum Scope {
    GLOBAL("global", "all clients together"),
    CLIENT("ip", "one client"),
    MODE("mode", "this mode of playback"),
    PLAYBACK("playback", "one client's playback of a channel");

    private final String label;
    private final String meaning;

    Scope(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** Its name in metrics and in the fields of answers. */
    String label() {
        return label;
    }

    /** The same for a person. */
    String meaning() {
        return meaning;
    }
}
