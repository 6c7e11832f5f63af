package io.xg2g.connection;

import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.TrustManager;

/**
 * What a connection needs to know.
 *
 * @param timeout maximum time of establishing it, and of each answer
 * @param inFlight maximum number of commands or messages that wait for their answers
 * @param trust what TLS connections trust; empty for the public authorities
 */
public record ConnectionSettings(Endpoint endpoint, Duration timeout, int inFlight, Optional<TrustManager> trust) {}
