package io.xg2g.receiver;

import java.net.URI;
import java.util.Optional;

/**
 * A service that a receiver offers.
 *
 * @param receiver the receiver's configured name
 * @param reference the Enigma2 service reference, as the receiver wrote it
 * @param name what the service is called
 * @param bouquet the name of the bouquet that it was found in first
 * @param picon its logo, on the receiver itself
 */
public record ReceiverService(String receiver, String reference, String name, String bouquet, Optional<URI> picon) {}
