package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.runtime.configuration.MemorySizeConverter;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfiguredChannelsTest {

    /** The time of the mapping is quadratic in the number of properties. */
    @Test
    void theMappingDoesNotContainChannelsAndAllAreRead() {
        Map<String, String> properties = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            properties.put(id(i) + ".url", "http://192.0.2.1/" + i);
            properties.put(id(i) + ".name", "Channel " + i);
        }
        SmallRyeConfig config = config(properties, Map.of());

        assertThat(config.getPropertyNames()).noneMatch(name -> name.startsWith("xg2g.live.channels."));
        List<ChannelSpec> channels = List.copyOf(new ConfiguredChannels(config).read());
        assertThat(channels).hasSize(10_000).isSortedAccordingTo((a, b) -> a.id().compareTo(b.id()));
        assertThat(channels.get(9_999))
                .isEqualTo(new ChannelSpec("c09999", "Channel 9999", null, null, "http://192.0.2.1/9999", null, null));
    }

    @Test
    void everySpellingOfAPropertyIsRead() {
        List<ChannelSpec> channels = List.copyOf(new ConfiguredChannels(config(
                        Map.of(
                                "xg2g.live.channels.door.url", "rtsp://${host}/1",
                                "xg2g.live.channels.\"door\".username", "me",
                                "xg2g.live.channels.door.password", "p@ss",
                                "%test.xg2g.live.channels.door.group", "Cameras",
                                "%other.xg2g.live.channels.absent.url", "http://h/",
                                "host", "192.0.2.7"),
                        Map.of(
                                "XG2G_LIVE_CHANNELS_ROOF_URL", "http://192.0.2.8/",
                                "XG2G_LIVE_CHANNELS__HALL__NAME", "The hall",
                                "XG2G_LIVE_CHANNELS__HALL__URL", "http://192.0.2.9/")))
                .read());

        assertThat(channels)
                .containsExactly(
                        new ChannelSpec("door", null, "Cameras", null, "rtsp://192.0.2.7/1", "me", "p@ss"),
                        new ChannelSpec("hall", "The hall", null, null, "http://192.0.2.9/", null, null),
                        new ChannelSpec("roof", null, null, null, "http://192.0.2.8/", null, null));
    }

    @Test
    void anUnknownPropertyIsReportedWithTheKnownOnes() {
        for (String name :
                List.of("xg2g.live.channels.door.ulr", "xg2g.live.channels.door", "xg2g.live.channels.a.b.url")) {
            assertThatThrownBy(() -> new ConfiguredChannels(config(Map.of(name, "http://h/"), Map.of())).read())
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(name)
                    .hasMessageContaining("allowed: group, headers.*, logo, name, number, password, program,"
                            + " rtsp-transport, url, username");
        }
    }

    @Test
    void headersAreReadInEverySpelling() {
        assertThat(new ConfiguredChannels(config(
                                Map.of(
                                        "xg2g.live.channels.news.url", "http://h/",
                                        "xg2g.live.channels.news.headers.User-Agent", "VLC/3.0",
                                        "xg2g.live.channels.news.headers.\"Referer\"", "http://tv/",
                                        "xg2g.live.channels.news.headers.X-Empty", " ",
                                        "xg2g.live.channels.news.number", "7",
                                        "xg2g.live.channels.news.rtsp-transport", "auto"),
                                Map.of("XG2G_LIVE_CHANNELS_NEWS_HEADERS_X_FORWARDED_FOR", "192.0.2.1")))
                        .read())
                .singleElement()
                .satisfies(spec -> {
                    assertThat(spec.headers()).hasSize(3).containsEntry("User-Agent", "VLC/3.0");
                    assertThat(spec.headers()).containsEntry("Referer", "http://tv/");
                    assertThat(spec.headers()).containsEntry("X-Forwarded-For", "192.0.2.1");
                    assertThat(spec.number()).isEqualTo(7);
                    assertThat(spec.rtspTransport()).isEqualTo("auto");
                });
        assertThatThrownBy(() -> new ConfiguredChannels(
                                config(Map.of("xg2g.live.channels.news.number", "first"), Map.of()))
                        .read())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("xg2g.live.channels.news.number is first");
    }

    @Test
    void channelsHaveTheOrderOfTheFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("application.properties");
        Files.writeString(file, """
                xg2g.live.channels.zoo.url=http://h/1
                xg2g.live.channels."door".url=http://h/2
                %prod.xg2g.live.channels.attic.url=http://h/3
                xg2g.live.channels.zoo.name=Zoo
                xg2g.live.channels.cellar.url=http://h/4
                """);
        Map<String, String> properties = new HashMap<>();
        for (String id : List.of("attic", "cellar", "door", "zoo", "another")) {
            properties.put("xg2g.live.channels." + id + ".url", "http://h/");
        }
        String name = "PropertiesConfigSource[source=" + file.toUri().toURL() + "]";

        assertThat(new ConfiguredChannels(config(properties, Map.of(), name)).read())
                .extracting(ChannelSpec::id)
                .containsExactly("zoo", "door", "attic", "cellar", "another");
        assertThat(new ConfiguredChannels(config(properties, Map.of(), name.replace("application", "absent"))).read())
                .extracting(ChannelSpec::id)
                .containsExactly("another", "attic", "cellar", "door", "zoo");
    }

    private static String id(int number) {
        return "xg2g.live.channels.c" + Integer.toString(100_000 + number).substring(1);
    }

    private static SmallRyeConfig config(Map<String, String> properties, Map<String, String> variables) {
        return config(properties, variables, "properties");
    }

    private static SmallRyeConfig config(Map<String, String> properties, Map<String, String> variables, String source) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .withProfile("test")
                .withInterceptors(new ChannelNames())
                .withConverter(java.time.Duration.class, 200, new DurationConverter())
                .withConverter(io.quarkus.runtime.configuration.MemorySize.class, 200, new MemorySizeConverter())
                .withSources(
                        new EnvConfigSource(variables, 300),
                        new PropertiesConfigSource(properties, source, 200),
                        new PropertiesConfigSource(Map.of("xg2g.data-dir", "/tmp"), "home", 100))
                .withMapping(LiveConfig.class)
                .build();
    }
}
