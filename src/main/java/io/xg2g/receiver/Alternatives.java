package io.xg2g.receiver;

import io.xg2g.receiver.Detection.NotFound;
import io.xg2g.receiver.OpenWebIfReader.Bouquet;
import io.xg2g.receiver.OpenWebIfReader.Entry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Detection of a group of alternatives: the first of its services that has a stream. The receiver lists the services as those
 * of a bouquet. Thread-safe; blocks.
 */
final class Alternatives {
    private static final int MAX_SERVICES = 8;

    /** Detection of one service. */
    interface Single {
        Detection detect(ServiceReference service) throws InterruptedException;
    }

    /** List of the services of a group. */
    interface Members {
        List<Entry> of(Bouquet group) throws IOException, InterruptedException;
    }

    private final Members members;
    private final Single single;

    /** Services that were found last, by the key of their group. */
    private final Map<String, ServiceReference> found = new ConcurrentHashMap<>();

    Alternatives(Members members, Single single) {
        this.members = members;
        this.single = single;
    }

    Detection detect(ServiceReference group) throws InterruptedException {
        List<ServiceReference> services;
        try {
            services = members.of(new Bouquet(group.text(), "")).stream()
                    .map(Entry::reference)
                    .filter(service -> !service.isGroup())
                    .limit(MAX_SERVICES)
                    .toList();
        } catch (IOException unreadable) {
            return new NotFound(
                    DetectionError.REFUSED, "the alternatives cannot be read: " + unreadable.getMessage(), true);
        }
        Detection last =
                new NotFound(DetectionError.REFUSED, "the receiver lists no services for these alternatives", false);
        for (ServiceReference service : services) {
            last = single.detect(service);
            if (!(last instanceof NotFound)) {
                found.put(group.key(), service);
                return last;
            }
        }
        return last;
    }

    /** Returns the service that was found last for a group. */
    Optional<ServiceReference> found(ServiceReference group) {
        return Optional.ofNullable(found.get(group.key()));
    }
}
