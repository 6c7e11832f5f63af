package io.xg2g.cluster;

/** What a program does. */
public enum Role {
    /** Everything, on its own: no server is needed, and none is connected. */
    ALL,
    /** Takes requests, and has channels, jobs and data; encodes on its own devices, if any, and on those of the workers. */
    GATEWAY,
    /** Encodes for the gateways; keeps no state, and serves no clients. */
    WORKER
}
