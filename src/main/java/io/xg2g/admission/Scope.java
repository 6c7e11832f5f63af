package io.xg2g.admission;

/** Scope of a rate limit. */
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

    /** Returns the name for metrics and response headers. */
    String label() {
        return label;
    }

    /** Returns the name for problem details. */
    String meaning() {
        return meaning;
    }
}
