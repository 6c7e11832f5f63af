package io.xg2g.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.http.PublicUrl;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossSiteRequestsTest {
    private static final PublicUrl OWN = new PublicUrl("http", "localhost", 8080, "");
    private static final Predicate<String> NONE = CrossSiteRequests.allowed(List.of());

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "cross-site, -",
                "cross-site, https://evil.example",
                "-, https://evil.example",
                "-, null",
                "same-site, http://localhost:3000",
                "-, https://localhost:8080",
                "-, http://localhost",
                "-, http://localhost.evil.example:8080",
                "-, %%%",
                "none, https://evil.example"
            })
    void requestsOfOtherOriginsAreCrossSite(@Nullable String site, @Nullable String origin) {
        assertThat(CrossSiteRequests.isCrossOrigin(site, origin, OWN, NONE)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -",
                "none, -",
                "same-origin, http://localhost:8080",
                "same-origin, https://tv.example.org",
                "-, http://LOCALHOST:8080",
                "same-site, -"
            })
    void requestsOfTheOwnPageAndOfProgramsAreNotCrossSite(@Nullable String site, @Nullable String origin) {
        assertThat(CrossSiteRequests.isCrossOrigin(site, origin, OWN, NONE)).isFalse();
    }

    @Test
    void requestsOfConfiguredOriginsAreNotCrossSite() {
        Predicate<String> listed = CrossSiteRequests.allowed(List.of("https://tv.example", " /https://.*[.]lan/ "));
        for (String origin : List.of("https://tv.example", "https://box.lan")) {
            assertThat(CrossSiteRequests.isCrossOrigin("cross-site", origin, OWN, listed))
                    .isFalse();
        }
        assertThat(CrossSiteRequests.isCrossOrigin("cross-site", "https://tv.example.org", OWN, listed))
                .isTrue();
        assertThat(CrossSiteRequests.isCrossOrigin(
                        "cross-site", "https://a.b", OWN, CrossSiteRequests.allowed(List.of("*"))))
                .isFalse();
    }
}
