package io.xg2g.source;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/** Says what may be fetched for whom. */
@ApplicationScoped
@Startup
public class SourcePolicy {
    /** Allow list that prevents server-side request forgery (SSRF). */
    private final AllowList allowed;

    private final HostResolver names;

    @Inject
    SourcePolicy(SourceConfig config) {
        this(new AllowList(config.allow()), name -> List.of(InetAddress.getAllByName(name)));
    }

    SourcePolicy(AllowList allowed, HostResolver names) {
        this.allowed = allowed;
        this.names = names;
    }

    /**
     * Refuses an address that a client names and that could not be fetched. One whose name is unknown at present is taken:
     * it is checked again each time it is fetched. Blocks while the name is resolved.
     */
    public void admit(URI source) throws SourceNotAllowed {
        try {
            ofClient(source).to(source);
        } catch (UnknownHostException later) {
            // A camera may be added before it is there.
        }
    }

    /** What may be fetched on behalf of a source that a client has named. */
    public FetchScope ofClient(URI source) {
        return new FetchScope(allowed, names, source, false);
    }

    /** What may be fetched on behalf of a source that the operator has named. */
    public FetchScope ofOperator(URI source) {
        return new FetchScope(allowed, names, source, true);
    }
}
