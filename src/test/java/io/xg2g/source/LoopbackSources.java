package io.xg2g.source;

import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.List;

/** Policy and client of sources on loopback, for tests of other packages. */
public final class LoopbackSources {
    private LoopbackSources() {}

    /** Returns a policy that allows loopback alone. */
    public static SourcePolicy policy() {
        return new SourcePolicy(new AllowList(List.of("127.0.0.0/8")), name -> List.of(InetAddress.getAllByName(name)));
    }

    /** Returns a client; closed with Vert.x. */
    public static SourceClient client(Vertx vertx) {
        return new SourceClient(vertx);
    }
}
