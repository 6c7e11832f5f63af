package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.xg2g.channel.PlaybackMode;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaybackTokenTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Instant OPEN_UNTIL = Instant.parse("2026-05-01T12:00:00Z");
    private static final Instant ENDS = Instant.parse("2105-12-31T23:59:59Z");
    private static final String CLIENT = "192.0.2.1";

    /** Two keys of the same id, and one of another id. */
    private static final PlaybackKey KEY = PlaybackKey.of("may:" + "A".repeat(43) + "=");

    private static final PlaybackKey IMPOSTOR = PlaybackKey.of("may:" + "B".repeat(42) + "A=");

    /** With a trailing newline, as in a secret from a file. */
    private static final PlaybackKey OLD = PlaybackKey.of("april:" + "C".repeat(42) + "A=\n");

    @ParameterizedTest
    @EnumSource(PlaybackMode.class)
    void aSignedTokenIsRead(PlaybackMode mode) {
        PlaybackToken signed = sign(KEY, mode);

        assertThat(PlaybackToken.read(signed.text(), "news", List.of(KEY))).contains(signed);
        assertThat(signed.text()).matches("[A-Za-z0-9._-]{1,128}");
    }

    @Test
    void theClientTagDoesNotRevealTheAddressWithoutTheKey() {
        String playback = PlaybackToken.newPlayback(RANDOM);
        long tag = PlaybackToken.tag(KEY, playback, CLIENT);

        assertThat(PlaybackToken.tag(IMPOSTOR, playback, CLIENT)).isNotEqualTo(tag);
        assertThat(PlaybackToken.tag(KEY, PlaybackToken.newPlayback(RANDOM), CLIENT))
                .as("two playbacks of one client do not look alike")
                .isNotEqualTo(tag);
        assertThat(PlaybackToken.tag(KEY, playback, CLIENT)).isEqualTo(tag);
    }

    @Test
    void noCharacterOfATokenCanBeChangedRemovedOrAdded() {
        String text = sign(KEY).text();
        for (int at = 0; at < text.length(); at++) {
            char other = text.charAt(at) == 'A' ? 'B' : 'A';
            assertRefused(text.substring(0, at) + other + text.substring(at + 1));
            assertRefused(text.substring(0, at) + text.substring(at + 1));
            assertRefused(text.substring(0, at) + other + text.substring(at));
        }
        assertRefused(text + "A");
        assertRefused(text + "=");
        assertRefused(text.replace(".adaptive.", ".gpu."));
    }

    @Test
    void aTokenOfAnotherChannelIsRefused() {
        assertThat(PlaybackToken.read(sign(KEY).text(), "sports", List.of(KEY))).isEmpty();
    }

    @Test
    void aTokenOfAnotherKeyIsRefused() {
        assertThat(PlaybackToken.read(sign(IMPOSTOR).text(), "news", List.of(KEY)))
                .isEmpty();
        assertThat(PlaybackToken.read(sign(OLD).text(), "news", List.of(KEY))).isEmpty();
    }

    @Test
    void anOlderKeyIsValidUntilItIsRemoved() {
        PlaybackToken old = sign(OLD);

        assertThat(PlaybackToken.read(old.text(), "news", List.of(KEY, OLD))).contains(old);
        assertThat(PlaybackToken.read(old.text(), "news", List.of(KEY))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "may",
                "may.",
                ".AAAA",
                "may.\u0000",
                "may.adaptive",
                "may.adaptive.AAAA",
                "may.none.AAAA",
                "märz.adaptive.AAAA"
            })
    void invalidValuesAreRefused(String text) {
        assertRefused(text);
        assertRefused(text.repeat(1000));
    }

    @Test
    void aGeneratedKeyIsValid() {
        String generated = PlaybackKey.random(RANDOM);

        PlaybackToken signed = sign(PlaybackKey.of(generated));

        assertThat(PlaybackToken.read(signed.text(), "news", List.of(PlaybackKey.of(generated))))
                .isPresent();
        assertThat(PlaybackKey.random(RANDOM)).isNotEqualTo(generated);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "may", "may:", "may:c2hvcnQ=", "may:????", "m.y:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            })
    void anInvalidKeyFailsTheStartWithoutBeingShown(String configured) {
        assertThatThrownBy(() -> PlaybackKey.of(configured))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("xg2g.security.playback.keys is malformed; allowed is an id of 1 to 16 letters or digits, "
                        + "a colon, and 32 or more bytes in Base64");
    }

    private static PlaybackToken sign(PlaybackKey key) {
        return sign(key, PlaybackMode.ADAPTIVE);
    }

    private static PlaybackToken sign(PlaybackKey key, PlaybackMode mode) {
        String playback = PlaybackToken.newPlayback(RANDOM);
        return PlaybackToken.sign(
                key,
                new PlaybackToken.Claims(
                        "news",
                        mode,
                        playback,
                        PlaybackToken.tag(key, playback, CLIENT),
                        OPEN_UNTIL,
                        ENDS,
                        CredentialId.random(RANDOM)));
    }

    private static void assertRefused(String text) {
        assertThat(PlaybackToken.read(text, "news", List.of(KEY))).as(text).isEmpty();
    }
}
