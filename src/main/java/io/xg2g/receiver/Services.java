package io.xg2g.receiver;

import io.xg2g.receiver.OpenWebIfReader.Bouquet;
import io.xg2g.receiver.OpenWebIfReader.Entry;
import io.xg2g.receiver.RefreshingValue.Fetched;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jboss.logging.Logger;

/** Reader of the services of a receiver, bouquet by bouquet. */
final class Services {
    private static final Logger LOG = Logger.getLogger(Services.class);

    private final ReceiverSettings settings;
    private final OpenWebIf web;

    Services(ReceiverSettings settings, OpenWebIf web) {
        this.settings = settings;
        this.web = web;
    }

    /**
     * Returns all services without duplicates, in the order of the bouquets. After a partial failure, throws if there is a previous
     * list, and otherwise returns the services read so far as a part.
     */
    Fetched<List<ReceiverService>> fetch(List<ReceiverService> last) throws IOException, InterruptedException {
        Map<String, ReceiverService> services = new LinkedHashMap<>();
        boolean complete = true;
        try {
            for (Bouquet bouquet : web.bouquets()) {
                for (Entry entry : web.services(bouquet)) {
                    services.putIfAbsent(entry.reference().key(), service(bouquet, entry));
                }
            }
        } catch (IOException e) {
            LOG.warnf("services not read: receiver=%s reason=%s", settings.name(), e.getMessage());
            LOG.debug("services not read", e);
            if (!last.isEmpty() || services.isEmpty()) {
                throw e;
            }
            complete = false;
        }
        return new Fetched<>(List.copyOf(services.values()), complete);
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
