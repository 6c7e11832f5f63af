package io.xg2g.channel;

import io.xg2g.packaging.ChannelTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the owner of a channel leaves in Redis for a takeover by the next one, so that numbers do not go back.
 *
 * @param media end of all media that it can have published, in 90 kHz ticks of channel time
 * @param sequence discontinuity sequence number that it has not used, nor any higher one
 * @param runningOn name of the gateway that runs the channel; empty if it has stopped it
 */
record Handover(long media, long sequence, Optional<String> runningOn) {
    static final Handover NONE = new Handover(0, 0, Optional.empty());

    /**
     * From the latest renewal of the lease: for its time to live (3 s), a window, and as much again for what a source sends faster
     * than real time.
     */
    private static final Duration AHEAD = Duration.ofSeconds(6);

    /** What follows is of a newer release. */
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}) (\\d{1,18}) ([a-z0-9-]{1,63})?(?: .*)?");

    /** Returns that of a channel that goes on. */
    static Handover running(long media, long sequence, String gateway) {
        return new Handover(media + ChannelTime.ticks(Instant.EPOCH.plus(AHEAD)), sequence, Optional.of(gateway));
    }

    /** Returns that of a channel that has stopped. */
    static Handover stopped(long media, long sequence) {
        return new Handover(media, sequence, Optional.empty());
    }

    /** Returns the end of the media that were published when it was made, in 90 kHz ticks of channel time. */
    long end() {
        return runningOn.isPresent() ? media - ChannelTime.ticks(Instant.EPOCH.plus(AHEAD)) : media;
    }

    /** Reads the text; {@link #NONE} if it is empty or malformed. */
    static Handover of(String text) {
        Matcher fields = TEXT.matcher(text);
        return fields.matches()
                ? new Handover(
                        Long.parseLong(fields.group(1)),
                        Long.parseLong(fields.group(2)),
                        Optional.ofNullable(fields.group(3)))
                : NONE;
    }

    /** Returns the text that {@link #of} reads. */
    @Override
    public String toString() {
        return media + " " + sequence + " " + runningOn.orElse("");
    }
}
