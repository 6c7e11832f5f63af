package io.xg2g.cluster;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A gateway of the cluster.
 *
 * @param name stays the same when the gateway starts again
 * @param host name or address at which the other members reach it
 * @param port of its port for the other members
 * @param run random identifier of the process: another one after each start
 */
public record Member(String name, String host, int port, String run) {
    private static final String PURPOSE = "member";

    /** What follows is of a newer release. */
    private static final Pattern ENTRY =
            Pattern.compile("(\\S{1,253}) (\\d{1,5}) ([a-z0-9]{1,64}) ([0-9a-f]{64})(?: .*)?");

    /** Returns the entry of the gateway in Redis, signed. */
    String entry(Signatures signatures) {
        return host + " " + port + " " + run + " " + signatures.mac(PURPOSE, text());
    }

    /** Reads an entry; empty if it is malformed, or signed by another secret. */
    static Optional<Member> of(String name, String entry, Signatures signatures) {
        Matcher fields = ENTRY.matcher(entry);
        if (!fields.matches()) {
            return Optional.empty();
        }
        Member member = new Member(name, fields.group(1), Integer.parseInt(fields.group(2)), fields.group(3));
        return signatures.isMac(PURPOSE, member.text(), fields.group(4)) ? Optional.of(member) : Optional.empty();
    }

    private String text() {
        return String.join("\n", name, host, Integer.toString(port), run);
    }
}
