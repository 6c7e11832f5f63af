package io.xg2g.receiver;

import io.xg2g.receiver.OpenWebIfReader.Bouquet;
import io.xg2g.receiver.OpenWebIfReader.Entry;
import io.xg2g.receiver.RefreshingValue.Fetched;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/** Reader of the services of a receiver, bouquet by bouquet. */
final class Services {
    private static final Logger LOG = Logger.getLogger(Services.class);

    /** Failures in a row after which the receiver is regarded as gone: each may take the whole timeout. */
    private static final int MAX_FAILURES = 3;

    private final ReceiverSettings settings;
    private final OpenWebIf web;

    Services(ReceiverSettings settings, OpenWebIf web) {
        this.settings = settings;
        this.web = web;
    }

    /**
     * Returns all services without duplicates, in the order of the bouquets, nested ones behind the
     * services of theirs. If a bouquet cannot be read, the result is a part, in which
     * the services of the previous list that were not read follow the others.
     *
     * @throws IOException if no bouquet can be read
     */
    Fetched<List<ReceiverService>> fetch(List<ReceiverService> last) throws IOException, InterruptedException {
        Map<String, ReceiverService> services = new LinkedHashMap<>();
        IOException failure = null;
        int failures = 0;
        Deque<Bouquet> bouquets = new ArrayDeque<>(bouquets());
        Set<String> read = new HashSet<>();
        while (!bouquets.isEmpty() && failures < MAX_FAILURES && read.size() < OpenWebIfReader.MAX_BOUQUETS) {
            Bouquet bouquet = bouquets.removeFirst();
            if (!read.add(bouquet.reference())) {
                continue;
            }
            try {
                OpenWebIf.Content content = web.content(bouquet);
                for (Entry entry : content.services()) {
                    services.putIfAbsent(entry.reference().key(), service(bouquet, entry));
                }
                content.nested().reversed().forEach(bouquets::addFirst);
                failures = 0;
            } catch (IOException e) {
                LOG.warnf(
                        "services not read: receiver=%s bouquet=%s reason=%s",
                        settings.name(), bouquet.name(), e.getMessage());
                LOG.debug("services not read", e);
                failure = e;
                failures++;
            }
        }
        if (failure == null) {
            return Fetched.whole(List.copyOf(services.values()));
        }
        if (services.isEmpty()) {
            throw failure;
        }
        last.forEach(service -> services.putIfAbsent(new ServiceReference(service.reference()).key(), service));
        return new Fetched<>(List.copyOf(services.values()), false);
    }

    private List<Bouquet> bouquets() throws IOException, InterruptedException {
        try {
            return web.bouquets();
        } catch (IOException e) {
            LOG.warnf("bouquets not read: receiver=%s reason=%s", settings.name(), e.getMessage());
            LOG.debug("bouquets not read", e);
            throw e;
        }
    }

    private ReceiverService service(Bouquet bouquet, Entry entry) {
        return new ReceiverService(
                settings.name(),
                entry.reference().text(),
                entry.name(),
                entry.bouquet().isEmpty() ? bouquet.name() : entry.bouquet(),
                entry.reference().picon().map(file -> URI.create(settings.url() + "/picon/" + file)));
    }
}
