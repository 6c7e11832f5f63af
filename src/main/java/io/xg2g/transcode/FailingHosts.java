package io.xg2g.transcode;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Bulkhead per host: a host that did not respond gets one request at a time until it does, so that requests that wait for its
 * timeout leave room for those to other hosts. Remembers at most {@value #MAX_HOSTS} hosts. Thread-safe.
 */
final class FailingHosts {
    private static final int MAX_HOSTS = 1000;

    /** Hosts that did not respond, and whether a request is under way, in the order of their failures. */
    private final Map<String, Boolean> failing = new LinkedHashMap<>();

    /** Returns whether a request may be sent; each has to end with {@link #responded} or {@link #failed}. */
    synchronized boolean tryEnter(String host) {
        return failing.replace(host, false, true) || !failing.containsKey(host);
    }

    /** A host has responded, whatever it said. */
    synchronized void responded(String host) {
        failing.remove(host);
    }

    /** A host could not be reached, or did not respond in time. */
    synchronized void failed(String host) {
        failing.remove(host);
        failing.put(host, false);
        if (failing.size() > MAX_HOSTS) {
            failing.remove(failing.keySet().iterator().next());
        }
    }
}
