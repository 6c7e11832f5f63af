package io.xg2g.source;

/** Where an address leads. */
enum AddressKind {
    /** To the internet. */
    PUBLIC,
    /** Into somebody's network: RFC 1918, RFC 4193, and the carriers' (RFC 6598). */
    PRIVATE,
    /** To this machine, to the link, to many, to a cloud's metadata, or nowhere. */
    SPECIAL
}
