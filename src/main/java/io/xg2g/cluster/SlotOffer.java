package io.xg2g.cluster;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.xg2g.gpu.Vendor;

/**
 * Free slot of a worker, as the broker carries it.
 *
 * @param id of the offer; a slot that is offered again has a new one
 * @param worker name of the worker
 * @param host at which its port for the other members is
 * @param port for the other members
 * @param device id of the device, unique at the worker
 * @param name of the device
 * @param speed seconds of 1080-line video that the slot transcodes to 720p in one second; 0 if unknown
 */
@RegisterForReflection // Read and written as JSON.
record SlotOffer(
        String id, String worker, String host, int port, String device, Vendor vendor, String name, double speed) {}
