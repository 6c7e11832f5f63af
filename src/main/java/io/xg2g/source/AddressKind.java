package io.xg2g.source;

/** Category of a network address. */
enum AddressKind {
    /** Public internet. */
    PUBLIC,
    /** Private network: RFC 1918, RFC 4193, carrier-grade NAT (RFC 6598), and the networks of this machine's interfaces. */
    PRIVATE,
    /** Loopback, an address of this machine, link-local, multicast, cloud metadata, or unassigned. */
    SPECIAL
}
