package io.xg2g.receiver;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.receiver.Detection.External;
import io.xg2g.receiver.Detection.Found;
import io.xg2g.receiver.Detection.NotFound;
import io.xg2g.receiver.OpenWebIfReader.Entry;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExternalStreamTest {
    private static final ServiceReference GROUP =
            new ServiceReference("1:134:1:0:0:0:0:0:0:0:FROM BOUQUET \"alternatives.x.tv\" ORDER BY bouquet");
    private static final ServiceReference ONE = new ServiceReference("1:0:19:132F:3EF:1:C00000:0:0:0:");
    private static final ServiceReference TWO = new ServiceReference("1:0:1:6DCA:44D:1:C00000:0:0:0:");
    private static final NotFound NOTHING = new NotFound(DetectionError.REFUSED, "no tuner", true);
    private static final Found STREAM = new Found(URI.create("http://box:8001/"), 8001, Map.of());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            4097:0:1:1:0:0:0:0:0:0:http%3a//h%3a8080/a.ts:Name                        | http://h:8080/a.ts
            5001:0:1:2:0:0:0:0:0:0:https%3a//h/i.m3u8%3ft=a%26b:Name                  | https://h/i.m3u8?t=a&b
            5002:0:1:2:0:0:0:0:0:0:rtsp%3a//me%3apw@h/1                               | rtsp://me:pw@h/1
            4097:0:1:2:0:0:0:0:0:0:http%3A//h/a b+c/ü{1}%257C:Name                    | http://h/a%20b+c/%C3%BC%7B1%7D%7C
            4097:0:1:2:0:0:0:0:0:0:http%3a//h/100%25:Name                             | http://h/100%25
            """)
    void anIptvEntryHasAUrlOfItsOwn(String reference, String url) {
        assertThat(new ServiceReference(reference).external().map(ExternalStream::address))
                .contains(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1:0:19:132F:3EF:1:C00000:0:0:0:",
                "1:0:19:132F:3EF:1:C00000:0:0:0:http%3a//other%3a8001/1:Name",
                "4097:0:0:0:0:0:0:0:0:0:/media/hdd/movie.ts:Film",
                "4097:0:0:0:0:0:0:0:0:0:file%3a///etc/passwd:Film",
                "4097:0:0:0:0:0:0:0:0:0:http%3a///x:Film",
                "4097:0:0:0:0:0:0:0:0:0"
            })
    void otherServicesAreTheReceivers(String reference) {
        assertThat(new ServiceReference(reference).external()).isEmpty();
    }

    @Test
    void headersFollowTheUrl() {
        ExternalStream stream = new ServiceReference(
                        "4097:0:1:1:0:0:0:0:0:0:http%3a//h/a.ts#User-Agent=VLC/3.0&Referer=http%3a//tv/&x:Name")
                .external()
                .orElseThrow();

        assertThat(stream.address()).hasToString("http://h/a.ts");
        assertThat(stream.headers().values())
                .containsOnly(Map.entry("User-Agent", "VLC/3.0"), Map.entry("Referer", "http://tv/"));
    }

    @Test
    void theTextOfADetectionHasNoSecrets() {
        ExternalStream stream = new ServiceReference(
                        "4097:0:1:1:0:0:0:0:0:0:http%3a//me%3asecret@h/secret?t=secret#Cookie=secret:Name")
                .external()
                .orElseThrow();

        assertThat(new External(stream.address(), stream.headers()).toString())
                .contains("http://h/")
                .doesNotContain("secret");
    }

    private static Alternatives alternatives(Map<ServiceReference, Detection> streams, ServiceReference... services) {
        return new Alternatives(
                _ -> List.of(services).stream()
                        .map(service -> new Entry(service, "Name", ""))
                        .toList(),
                service -> streams.getOrDefault(service, NOTHING));
    }

    @Test
    void theFirstAlternativeWithAStreamIsPlayed() throws Exception {
        assertThat(GROUP.isGroup()).isTrue();
        assertThat(ONE.isGroup()).isFalse();

        Alternatives group = alternatives(Map.of(TWO, STREAM), GROUP, ONE, TWO);

        assertThat(group.found(GROUP)).isEmpty();
        assertThat(group.detect(GROUP)).isEqualTo(STREAM);
        assertThat(group.found(GROUP)).contains(TWO);
    }

    @Test
    void theReasonOfTheLastAlternativeIsReported() throws Exception {
        assertThat(alternatives(Map.of(), ONE, TWO).detect(GROUP)).isEqualTo(NOTHING);
        assertThat(alternatives(Map.of()).detect(GROUP))
                .isInstanceOfSatisfying(
                        NotFound.class, none -> assertThat(none.detail()).contains("no services"));
        assertThat(new Alternatives(
                                _ -> {
                                    throw new IOException("no connection");
                                },
                                _ -> STREAM)
                        .detect(GROUP))
                .isInstanceOfSatisfying(NotFound.class, unread -> {
                    assertThat(unread.detail()).contains("no connection");
                    assertThat(unread.retryable()).isTrue();
                });
    }
}
