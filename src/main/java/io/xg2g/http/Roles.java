package io.xg2g.http;

/** Names of the roles, for annotations of resources. Each role includes those before it. */
public final class Roles {
    /** Reads the state of the service, and plays channels. */
    public static final String VIEWER = "viewer";

    /** Starts work: transcodes, channels, streams. */
    public static final String OPERATOR = "operator";

    /** Reads the configuration, and has all rights. */
    public static final String ADMIN = "admin";

    private Roles() {}
}
