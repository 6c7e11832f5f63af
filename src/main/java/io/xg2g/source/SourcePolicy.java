package io.xg2g.source;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/** Creates the {@link FetchScope} of each source. Thread-safe. */
@ApplicationScoped
@Startup
public class SourcePolicy {
    /** Allow list that prevents server-side request forgery (SSRF). */
    private final AllowList allowed;

    private final HostResolver resolver;

    @Inject
    SourcePolicy(SourceConfig config) {
        this(new AllowList(config.allow()), name -> List.of(InetAddress.getAllByName(name)));
    }

    SourcePolicy(AllowList allowed, HostResolver resolver) {
        this.allowed = allowed;
        this.resolver = resolver;
    }

    /**
     * Rejects a URL of a client that could not be fetched. A URL whose name cannot be resolved at present is accepted,
     * since it is checked again each time it is fetched. Blocks on DNS.
     */
    public void admit(URI source) throws SourceNotAllowed {
        try {
            ofClient(source).to(source);
        } catch (UnknownHostException later) {
            // A camera may be added before it is connected.
        }
    }

    /** Returns the scope of a source that a client has named. */
    public FetchScope ofClient(URI source) {
        return ofClient(source, SourceHeaders.NONE);
    }

    /** Returns the scope of a source that a client has named, with headers for its requests. */
    public FetchScope ofClient(URI source, SourceHeaders headers) {
        return new FetchScope(allowed, resolver, source, false, headers);
    }

    /** Returns the scope of a source that the operator has configured. */
    public FetchScope ofOperator(URI source) {
        return ofOperator(source, SourceHeaders.NONE);
    }

    /** Returns the scope of a source that the operator has configured, with headers for its requests. */
    public FetchScope ofOperator(URI source, SourceHeaders headers) {
        return new FetchScope(allowed, resolver, source, true, headers);
    }
}
