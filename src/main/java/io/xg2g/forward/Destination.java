package io.xg2g.forward;

import io.xg2g.cluster.Member;

/** Where a request is answered. */
sealed interface Destination {

    /** By this gateway. */
    record Here() implements Destination {}

    /** By another gateway. */
    record Forward(Member member) implements Destination {}

    /** Not by this gateway, to which another one has forwarded the request: that one has to find the owner again. */
    record Misdirected() implements Destination {}

    /**
     * By no gateway at present.
     *
     * @param reason for the client: sentence without a full stop
     */
    record Unavailable(String reason) implements Destination {}
}
