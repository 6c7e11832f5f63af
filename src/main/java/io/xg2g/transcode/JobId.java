package io.xg2g.transcode;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Identifier of a job: a random UUID, and in a cluster the name of the gateway that has the job before it, as in
 * {@code gateway-0-0198c2a4-6c1e-4d0a-b1b6-2f0a7d1f9d53}. A UUID always has 36 characters, so the parts are unambiguous although names
 * of members contain hyphens and hexadecimal digits, too.
 *
 * @param owner name of the gateway; empty for a job of a program on its own
 * @param random UUID in lower case
 */
record JobId(Optional<String> owner, String random) {
    /** Maximum length: a name of 63 characters, a hyphen and a UUID. */
    static final int MAX_LENGTH = 100;

    private static final Pattern TEXT = Pattern.compile("(?:([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)-)?"
            + "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})");

    /** Creates the identifier of a new job. */
    static JobId next(Optional<String> owner) {
        return new JobId(owner, UUID.randomUUID().toString());
    }

    /** Parses an identifier; empty if the text is none. */
    static Optional<JobId> parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        @Nullable String owner = parts.group(1);
        return Optional.of(new JobId(Optional.ofNullable(owner), parts.group(2)));
    }

    /** Returns the identifier as it is in URLs, and as the name of the job's directory. */
    @Override
    public String toString() {
        return owner.map(name -> name + "-").orElse("") + random;
    }
}
