package io.xg2g.http;

/** The names of the roles, as resources ask for them. Each role may do what those before it may. */
public final class Roles {
    /** Looks at what there is, and plays it. */
    public static final String VIEWER = "viewer";

    /** Makes work: transcodes, channels, streams. */
    public static final String OPERATOR = "operator";

    /** Sees how the service is set up, and does everything. */
    public static final String ADMIN = "admin";

    private Roles() {}
}
