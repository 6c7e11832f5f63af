package io.xg2g.receiver;

import java.net.URI;
import java.util.Optional;

/**
 * Service of a receiver.
 *
 * @param receiver configured name of the receiver
 * @param reference Enigma2 service reference, as returned by the receiver
 * @param bouquet name of the first bouquet with this service
 * @param picon URL of the logo on the receiver
 */
public record ReceiverService(String receiver, String reference, String name, String bouquet, Optional<URI> picon) {}
