package io.xg2g.channel;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.runtime.Startup;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.cluster.SharedMaps;
import io.xg2g.ingest.NetworkOptions;
import io.xg2g.ingest.Source;
import io.xg2g.problem.DiskFailure;
import io.xg2g.problem.ProblemType;
import io.xg2g.problem.Unavailable;
import io.xg2g.receiver.ReceiverService;
import io.xg2g.receiver.Receivers;
import io.xg2g.source.SourceNotAllowed;
import io.xg2g.source.SourcePolicy;
import io.xg2g.storage.JsonList;
import io.xg2g.storage.Sha256;
import io.xg2g.storage.StoredFile;
import io.xg2g.storage.StoredMap;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Catalog of all channels: from the configuration, from the receivers and added by the API.
 *
 * <p>Thread-safe. Methods may block on a receiver or on the disk.
 */
@ApplicationScoped
@Startup
@RegisterForReflection(targets = ChannelSpec.class)
public class ChannelCatalog {
    private static final Logger LOG = Logger.getLogger(ChannelCatalog.class);
    private static final String DEMO = "demo";
    private static final int MAX_ADDED = 1000;
    private static final int MAX_ID_LENGTH = 64;

    /** {@code Retry-After} while the services of a receiver are not known. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /** Number of numeric fields of an Enigma2 service reference. */
    private static final int REFERENCE_NUMBERS = 10;

    private final Receivers receivers;
    private final SourcePolicy policy;
    private final StoredMap<ChannelSpec> added;
    private final Map<String, Channel> configured = new LinkedHashMap<>();

    ChannelCatalog(
            LiveConfig config,
            Config properties,
            Receivers receivers,
            SourcePolicy policy,
            SharedMaps shared,
            ObjectMapper json) {
        this.receivers = receivers;
        this.policy = policy;
        if (config.demo()) {
            configured.put(
                    DEMO,
                    new Channel(DEMO, "Demo", "Demo", Optional.empty(), new Source.Demo(), Channel.Origin.BUILT_IN));
        }
        new ConfiguredChannels(properties)
                .read()
                .forEach(spec -> configured.put(String.valueOf(spec.id()), validated(spec)));
        added = shared.find("channels", ChannelSpec.class).orElseGet(() -> file(config, json));
        added.all().values().forEach(ChannelCatalog::check);
    }

    private static Channel validated(ChannelSpec spec) {
        try {
            return spec.channel(Channel.Origin.CONFIGURATION, true);
        } catch (ChannelSpec.Invalid invalid) {
            throw new ConfigurationException("xg2g.live.channels." + spec.id() + "." + invalid.sentence());
        }
    }

    private static StoredMap<ChannelSpec> file(LiveConfig config, ObjectMapper json) {
        return new StoredFile<>(
                new JsonList<>(
                        "xg2g.live.channels-file",
                        "channels",
                        config.channelsFile(),
                        json,
                        new TypeReference<List<ChannelSpec>>() {}),
                ChannelSpec::id);
    }

    private static void check(ChannelSpec spec) {
        try {
            var _ = spec.channel(Channel.Origin.API, false);
        } catch (ChannelSpec.Invalid invalid) {
            LOG.warnf("stored channel is invalid and omitted: detail=%s", invalid.sentence());
        }
    }

    /** Returns all channels: configured ones by id, added ones, then those of the receivers. Ids are unique. */
    List<Channel> all() {
        Map<String, Channel> all = new LinkedHashMap<>(configured);
        added.all().values().forEach(spec -> added(spec).ifPresent(channel -> all.putIfAbsent(channel.id(), channel)));
        for (ReceiverService service : receivers.services()) {
            Channel channel = channel(service);
            all.putIfAbsent(channel.id(), channel);
        }
        return List.copyOf(all.values());
    }

    /** Returns the channel with the given id. */
    public Optional<Channel> find(String id) {
        Channel known = configured.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        ChannelSpec spec = added.all().get(id);
        if (spec != null) {
            return added(spec);
        }
        return receivers.services(receiver -> mayBeOf(receiver, id)).stream()
                .map(ChannelCatalog::channel)
                .filter(channel -> channel.id().equals(id))
                .findFirst();
    }

    /**
     * Adds a channel and stores it.
     *
     * @throws io.xg2g.problem.ProblemException if it is invalid, its source is not allowed, the id is in use, or it
     *     cannot be stored
     */
    Channel add(ChannelSpec spec) {
        Channel channel;
        try {
            channel = spec.channel(Channel.Origin.API, false);
            if (channel.source() instanceof Source.Network(URI uri, boolean _, NetworkOptions _)) {
                policy.admit(uri);
            }
        } catch (ChannelSpec.Invalid invalid) {
            throw ProblemType.INVALID_REQUEST.with(invalid.sentence()).asException();
        } catch (SourceNotAllowed refused) {
            String hint = SourceCredentials.mayBeUnencoded(spec.url()) ? SourceCredentials.ENCODING : "";
            throw ProblemType.SOURCE_NOT_ALLOWED.with(refused.sentence() + hint).asException();
        }
        int number = added.all().size();
        if (number >= MAX_ADDED) {
            throw ProblemType.CONFLICT
                    .with(number + " channels were added; the limit is " + MAX_ADDED)
                    .asException();
        }
        try {
            if (find(channel.id()).isPresent() || !added.add(channel.id(), spec)) {
                throw ProblemType.CONFLICT
                        .with("channel «" + channel.id() + "» exists; choose another id, or remove it first")
                        .asException();
            }
        } catch (IOException unwritable) {
            throw notStored(unwritable);
        }
        return channel;
    }

    /**
     * Removes a channel that was added by the API.
     *
     * @throws io.xg2g.problem.ProblemException if it does not exist, has another origin, or the change cannot be stored
     */
    void remove(String id) {
        try {
            if (configured.containsKey(id) || !added.remove(id)) {
                throw configured.containsKey(id) ? notAdded(id) : unknown(id);
            }
        } catch (IOException unwritable) {
            throw notStored(unwritable);
        }
    }

    /** Returns whether a running channel was added by the API, and was removed or replaced since, maybe by another gateway. */
    boolean isRemoved(Channel channel) {
        return channel.origin() == Channel.Origin.API
                && added.unavailable().isEmpty()
                && !Optional.ofNullable(added.all().get(channel.id()))
                        .flatMap(ChannelCatalog::added)
                        .equals(Optional.of(channel));
    }

    private static RuntimeException notAdded(String id) {
        return ProblemType.CONFLICT
                .with("channel «" + id + "» is configured; remove it from the configuration")
                .asException();
    }

    /**
     * Returns the exception for a channel that {@link #find} does not know: it may be a service of a receiver that has not
     * answered since the start of the program, which players of before a restart keep requesting.
     */
    public RuntimeException unknown(String id) {
        String shown = id.matches(Channel.ID) ? id : "…";
        Optional<String> unavailable = added.unavailable();
        if (unavailable.isPresent()) {
            return Unavailable.cluster(unavailable.get()).asException();
        }
        return receivers.isUnknown(receiver -> mayBeOf(receiver, id))
                ? ProblemType.STREAM_STARTING
                        .with("the services of the receiver of channel «" + shown + "» are not known yet")
                        .retryAfter(RETRY_AFTER)
                        .asException()
                : ProblemType.NOT_FOUND
                        .with("there is no channel «" + shown + "»")
                        .asException();
    }

    private static RuntimeException notStored(IOException unwritable) {
        LOG.errorf("channels not stored (xg2g.live.channels-file): error=%s", unwritable);
        return DiskFailure.of("the channels cannot be written (xg2g.live.channels-file); see the log")
                .asException();
    }

    private static Optional<Channel> added(ChannelSpec spec) {
        try {
            return Optional.of(spec.channel(Channel.Origin.API, false));
        } catch (ChannelSpec.Invalid impossible) {
            return Optional.empty();
        }
    }

    /** Returns the receiver of which a channel is a service, by its id only; empty if there is none. */
    public Optional<String> receiverOf(String id) {
        return receivers.names().stream().filter(name -> mayBeOf(name, id)).findFirst();
    }

    /** Returns whether a channel id can be that of a service of the receiver. */
    private static boolean mayBeOf(String receiver, String id) {
        return id.startsWith(receiver.toLowerCase(Locale.ROOT) + "-");
    }

    /**
     * Returns the id of a receiver's service: the receiver's name and the numbers of the service reference. The URL
     * after the numbers is replaced by a hash, because it can contain a password.
     */
    private static String id(ReceiverService service) {
        String[] fields = service.reference().split(":", REFERENCE_NUMBERS + 1);
        String numbers = String.join("_", List.of(fields).subList(0, Math.min(REFERENCE_NUMBERS, fields.length)));
        String address = fields.length > REFERENCE_NUMBERS ? fields[REFERENCE_NUMBERS] : "";
        String id = service.receiver() + "-" + numbers + (address.isEmpty() ? "" : "-" + hash(address));
        String label = id.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]+", "_");
        return label.length() <= MAX_ID_LENGTH ? label : label.substring(0, MAX_ID_LENGTH - 9) + "-" + hash(id);
    }

    private static String hash(String text) {
        return HexFormat.of().formatHex(Sha256.of(text), 0, 4);
    }

    private static Channel channel(ReceiverService service) {
        return new Channel(
                id(service),
                service.name(),
                service.bouquet(),
                service.picon(),
                new Source.Receiver(service.receiver(), service.reference()),
                Channel.Origin.RECEIVER);
    }
}
