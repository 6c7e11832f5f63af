package io.xg2g.forward;

import io.xg2g.cluster.Member;

/** Where a request is answered. */
sealed interface Destination {

    /** By this gateway. */
    record Here() implements Destination {}

    /**
     * By another gateway.
     *
     * @param owner whether it has what the request is for; otherwise it is to start a channel
     */
    record Forward(Member member, boolean owner) implements Destination {}

    /** Not by this gateway, to which another one has forwarded the request: that one has to find the owner again. */
    record Misdirected() implements Destination {}

    /**
     * By no gateway at present.
     *
     * @param reason for the client: sentence without a full stop
     */
    record Unavailable(String reason) implements Destination {}
}
