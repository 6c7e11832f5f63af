package io.xg2g.receiver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceReferenceTest {
    private static final String DAS_ERSTE = "1:0:19:132F:3EF:1:C00000:0:0:0:";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1:0:19:132F:3EF:1:C00000:0:0:0:",
                "1:0:19:132F:3EF:1:C00000:0:0:0",
                "1:0:19:132f:3ef:1:c00000:0:0:0:",
                "1:0:19:132F:3EF:1:C00000:0:0:0::Das Erste HD"
            })
    void allSpellingsOfOneServiceHaveOneKey(String spelling) {
        assertThat(new ServiceReference(spelling).key()).isEqualTo("1:0:19:132F:3EF:1:C00000:0:0:0");
    }

    @Test
    void servicesBehindAUrlDifferByTheUrl() {
        String one = "4097:0:1:0:0:0:0:0:0:0:http%3a//host/one:One";
        assertThat(new ServiceReference(one).key()).isEqualTo(one);
        assertThat(new ServiceReference(one).picon()).isEmpty();
    }

    @Test
    void theLogoNameHasTheTenFields() {
        assertThat(new ServiceReference(DAS_ERSTE).picon()).contains("1_0_19_132F_3EF_1_C00000_0_0_0.png");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1:64:0:0:0:0:0:0:0:0::--- News ---",
                "1:832:D:0:0:0:0:0:0:0:",
                "1:7:1:0:0:0:0:0:0:0:FROM BOUQUET \"userbouquet.x.tv\" ORDER BY bouquet",
                "# a comment",
                "1:0:19",
                "a:b:c:d:e:f:g:h:i:j",
                "99999999999:0:1:1:1:1:1:0:0:0:"
            })
    void markersDirectoriesAndOtherTextAreNotPlayable(String text) {
        assertThat(new ServiceReference(text).playable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {DAS_ERSTE, "1:134:1:0:0:0:0:0:0:0:FROM BOUQUET \"alternatives.x.tv\" ORDER BY bouquet"})
    void servicesAndAlternativesArePlayable(String text) {
        assertThat(new ServiceReference(text).playable()).isTrue();
    }

    @Test
    void invalidReferencesAreRefused() {
        assertThatThrownBy(() -> new ServiceReference(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ServiceReference("1:0\r\nHost: x")).hasMessageContaining("no control characters");
        assertThat(ServiceReference.of("1".repeat(2049))).isEmpty();
    }

    @RandomTest(tries = 500)
    void thePathIsOneUrlSegmentForAnyText(RandomInput input) {
        ServiceReference.of(input.text(20)).ifPresent(reference -> {
            URI uri = URI.create("http://host:8001" + reference.path());
            assertThat(uri.getHost()).isEqualTo("host");
            assertThat(uri.getRawQuery()).isNull();
            assertThat(uri.getRawPath().lastIndexOf('/')).isZero();
        });
    }

    @Test
    void thePathIsDecodedToTheReference() {
        String text = "4097:0:1:0:0:0:0:0:0:0:http%3a//host/ö?a=b&c#d:One";
        String path = new ServiceReference(text).path();
        assertThat(URLDecoder.decode(path.substring(1), StandardCharsets.UTF_8)).isEqualTo(text);
        assertThat(new ServiceReference(DAS_ERSTE).path()).isEqualTo("/" + DAS_ERSTE);
    }
}
