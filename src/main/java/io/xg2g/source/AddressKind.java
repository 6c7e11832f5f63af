package io.xg2g.source;

/** Category of a network address. */
enum AddressKind {
    /** Public internet. */
    PUBLIC,
    /** Private network: RFC 1918, RFC 4193, and carrier-grade NAT (RFC 6598). */
    PRIVATE,
    /** Loopback, link-local, multicast, cloud metadata, or unassigned. */
    SPECIAL
}
