package io.xg2g.channel;

import java.util.Locale;

/** Why a channel was stopped. */
enum StopReason {
    IDLE("it had no viewers"),
    DISPLACED("it had no viewers, and another channel needed its place"),
    MOVED("another gateway has taken it over"),
    REQUESTED("by the API"),
    SHUTDOWN("the service ends");

    private final String text;

    StopReason(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }

    String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
