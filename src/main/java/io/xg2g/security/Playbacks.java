package io.xg2g.security;

import io.quarkus.runtime.Startup;
import io.xg2g.channel.LiveConfig;
import io.xg2g.channel.PlaybackMode;
import io.xg2g.storage.DataDirectory;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Predicate;

/** Issues and verifies playback tokens. Keeps nothing but the keys: every process with the same keys does the same. */
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
            PlaybackTime time) {
        this(PlaybackSettings.of(config, live.window(), () -> ownKey(security, data)), time, credentials::isValid);
    }

    Playbacks(PlaybackSettings settings, InstantSource time, Predicate<CredentialId> valid) {
        this.settings = settings;
        this.time = time;
        this.valid = valid;
    }

    /** Issues the token of an address for a player: every client may open it for a while, this one for longer. */
    PlaybackToken entry(String channel, PlaybackMode mode, String client, CredentialId credential) {
        return entry(channel, mode, client, credential, now().plus(settings.longest()));
    }

    /** Issues the token of an address in a list, which may be opened long after. */
    PlaybackToken listed(String channel, PlaybackMode mode, String client, CredentialId credential) {
        return entry(channel, mode, client, credential, now().plus(settings.listLifetime()));
    }

    private PlaybackToken entry(
            String channel, PlaybackMode mode, String client, CredentialId credential, Instant ends) {
        Instant openUntil = now().plus(settings.lifetime());
        return sign(channel, mode, PlaybackToken.newPlayback(random), client, openUntil, ends, credential);
    }

    /** Issues the token of what a playlist or manifest leads to, for the client that opened it with an entry token. */
    PlaybackToken begin(PlaybackToken entry, String client) {
        PlaybackToken.Claims claims = entry.claims();
        return begin(claims.channel(), claims.playback(), client, claims.credential());
    }

    /** Issues the same for a client that opened it with an identity or a list token. */
    PlaybackToken begin(String channel, String client, CredentialId credential) {
        return begin(channel, PlaybackToken.newPlayback(random), client, credential);
    }

    private PlaybackToken begin(String channel, String playback, String client, CredentialId credential) {
        return sign(channel, PlaybackMode.ADAPTIVE, playback, client, Instant.EPOCH, playbackEnd(), credential);
    }

    /** When a playback that begins now ends. */
    Instant playbackEnd() {
        return now().plus(settings.playing());
    }

    /**
     * Verifies a token.
     *
     * @param client as which the request comes
     * @return empty if the token is not valid for this, or not any longer
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

    /** Tokens have whole seconds. */
    private Instant now() {
        return time.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
