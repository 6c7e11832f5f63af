package io.xg2g.security;

import io.quarkus.runtime.Startup;
import io.xg2g.channel.LiveConfig;
import io.xg2g.channel.PlaybackMode;
import io.xg2g.cluster.ClusterSettings;
import io.xg2g.cluster.Signatures;
import io.xg2g.storage.DataDirectory;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Issues and verifies playback tokens. Stateless except for the keys: all processes with the same keys are
 * interchangeable. Thread-safe.
 */
@Singleton
@Startup
final class Playbacks {
    private final PlaybackSettings settings;
    private final InstantSource time;
    private final Predicate<CredentialId> valid;
    private final SecureRandom random = new SecureRandom();

    @Inject
    Playbacks(
            PlaybackConfig config,
            LiveConfig live,
            SecuritySettings security,
            DataDirectory data,
            Credentials credentials,
            PlaybackTime time,
            ClusterSettings cluster,
            Signatures signatures) {
        this(
                PlaybackSettings.of(
                        config,
                        live.window(),
                        () -> cluster.shared().isPresent()
                                ? PlaybackKey.ofCluster(signatures)
                                : ownKey(security, data)),
                time,
                credentials::isValid);
    }

    Playbacks(PlaybackSettings settings, InstantSource time, Predicate<CredentialId> valid) {
        this.settings = settings;
        this.time = time;
        this.valid = valid;
    }

    /** Issues the token of a URL for a player: valid for every client for a while, and for this one longer. */
    PlaybackToken entry(String channel, PlaybackMode mode, String client, CredentialId credential) {
        return entry(channel, mode, client, credential, now().plus(settings.longest()));
    }

    /** Issues the token of a URL in a channel list, which may be opened much later. */
    PlaybackToken listed(String channel, PlaybackMode mode, String client, CredentialId credential) {
        return entry(channel, mode, client, credential, now().plus(settings.listLifetime()));
    }

    private PlaybackToken entry(
            String channel, PlaybackMode mode, String client, CredentialId credential, Instant ends) {
        Instant openUntil = now().plus(settings.lifetime());
        return sign(channel, mode, PlaybackToken.newPlayback(random), client, openUntil, ends, credential);
    }

    /** Issues the segment token for the client that opened a playlist or manifest with an entry token. */
    PlaybackToken begin(PlaybackToken entry, String client) {
        PlaybackToken.Claims claims = entry.claims();
        return begin(claims.channel(), claims.playback(), client, claims.credential());
    }

    /** Issues a segment token for a client that authenticated with an identity or a list token. */
    PlaybackToken begin(String channel, String client, CredentialId credential) {
        return begin(channel, PlaybackToken.newPlayback(random), client, credential);
    }

    private PlaybackToken begin(String channel, String playback, String client, CredentialId credential) {
        return sign(channel, PlaybackMode.ADAPTIVE, playback, client, Instant.EPOCH, playbackEnd(), credential);
    }

    /** Returns when a playback that begins now ends. */
    Instant playbackEnd() {
        return now().plus(settings.playing());
    }

    /**
     * Verifies a token.
     *
     * @param client address of the client that sent the request
     * @return empty if the token is not valid for the target or the client, has expired, or was revoked
     */
    Optional<PlaybackToken> admit(String token, PlaybackTarget target, String client) {
        return PlaybackToken.read(token, target.channel(), settings.keys())
                .filter(target::isPartOf)
                .filter(read -> read.admits(client, time.instant()))
                .filter(read -> valid.test(read.claims().credential()));
    }

    private PlaybackToken sign(
            String channel,
            PlaybackMode mode,
            String playback,
            String client,
            Instant openUntil,
            Instant ends,
            CredentialId credential) {
        PlaybackKey key = settings.keys().getFirst();
        long tag = PlaybackToken.tag(key, playback, client);
        return PlaybackToken.sign(
                key, new PlaybackToken.Claims(channel, mode, playback, tag, openUntil, ends, credential));
    }

    private static PlaybackKey ownKey(SecuritySettings security, DataDirectory data) {
        SecureRandom random = new SecureRandom();
        return security.identitiesKnown()
                ? new PlaybackKeyFile(data.file(PlaybackKeyFile.NAME)).readOrGenerate(random)
                : PlaybackKey.of(PlaybackKey.random(random));
    }

    /** Returns the time in whole seconds, the resolution of tokens. */
    private Instant now() {
        return time.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
