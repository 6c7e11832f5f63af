package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.cluster.Signatures.Check;
import io.xg2g.schedule.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SignaturesTest {
    private static final String SECRET = "0123456789abcdef0123456789abcdef";
    private static final String URI = "/cluster/units/1?try=2";

    private final ManualTime time = new ManualTime();
    private final Signatures gateway = new Signatures("gateway-0", SECRET, time);
    private final Signatures worker = new Signatures("worker-0", SECRET, time);

    @Test
    void aSignedRequestNamesItsMember() {
        String header = gateway.header("POST", URI, null);

        assertThat(worker.check("POST", URI, header, null)).isEqualTo(new Check.Valid("gateway-0"));
    }

    @Test
    void aSignatureCoversMethodPathQueryNameTimeAndForwardedHeader() {
        String header = gateway.header("POST", URI, "client=192.0.2.1");
        String[] parts = header.split(" ");

        assertThat(worker.check("POST", URI, header, "client=192.0.2.1")).isInstanceOf(Check.Valid.class);
        assertRefused(worker.check("PUT", URI, header, "client=192.0.2.1"));
        assertRefused(worker.check("POST", URI + "3", header, "client=192.0.2.1"));
        assertRefused(worker.check("POST", URI, header, "client=192.0.2.2"));
        assertRefused(worker.check("POST", URI, header, null));
        assertRefused(worker.check("POST", URI, "gateway-1 " + parts[1] + " " + parts[2], "client=192.0.2.1"));
        assertRefused(worker.check(
                "POST", URI, "gateway-0 " + (Long.parseLong(parts[1]) + 1) + " " + parts[2], "client=192.0.2.1"));
    }

    @Test
    void aMemberWithAnotherSecretIsRefused() {
        Signatures foreign = new Signatures("gateway-0", SECRET.replace('0', '1'), time);

        assertThat(worker.check("POST", URI, foreign.header("POST", URI, null), null))
                .isEqualTo(new Check.Refused("the signature is wrong: members need the same xg2g.cluster.secret"));
    }

    @Test
    void clocksMayDifferByHalfAMinute() {
        ManualTime ahead = new ManualTime();
        ahead.advance(Duration.ofSeconds(30));
        String header = new Signatures("gateway-0", SECRET, ahead).header("GET", URI, null);

        assertThat(worker.check("GET", URI, header, null)).isInstanceOf(Check.Valid.class);
        time.advance(Duration.ofSeconds(60));
        assertThat(worker.check("GET", URI, header, null)).isInstanceOf(Check.Valid.class);
        time.advance(Duration.ofSeconds(1));
        assertThat(worker.check("GET", URI, header, null))
                .isEqualTo(new Check.Refused("the clocks of the members differ by 31 s; at most 30 s are allowed"));
    }

    @Test
    void aSignedUrlIsValidForItsMethodAndPathUntilItExpires() {
        String url = gateway.url("GET", "/cluster/inputs/1", Duration.ofMinutes(1));

        assertThat(worker.check("GET", url, null, null)).isEqualTo(new Check.Valid(""));
        assertRefused(worker.check("PUT", url, null, null));
        assertRefused(worker.check("GET", url.replace("inputs/1", "inputs/2"), null, null));
        assertRefused(worker.check("GET", url + "0", null, null));
        assertRefused(worker.check("GET", url, null, "client=192.0.2.1"));
        time.advance(Duration.ofMillis(60_001));
        assertThat(worker.check("GET", url, null, null)).isEqualTo(new Check.Refused("the URL has expired"));
    }

    @Test
    void aSignatureOfAUrlIsNoneOfARequest() {
        String[] url = gateway.url("GET", "/a", Duration.ofMinutes(1)).split("[=&]");

        assertRefused(worker.check("GET", "/a", "gateway-0 " + url[1] + " " + url[3], null));
        assertRefused(worker.check("GET", "/a", null, null));
        assertRefused(worker.check("GET", "/a", "nonsense", null));
    }

    @Test
    void eachPurposeHasItsKey() {
        assertThat(gateway.key("playback")).isEqualTo(worker.key("playback")).isNotEqualTo(worker.key("lists"));
        assertThat(worker.isMac("lists", "text", gateway.mac("lists", "text"))).isTrue();
        assertThat(worker.isMac("playback", "text", gateway.mac("lists", "text")))
                .isFalse();
        Signatures alone = new Signatures("", "", time);
        assertThatThrownBy(() -> alone.key("playback")).isInstanceOf(IllegalStateException.class);
    }

    private static void assertRefused(Check check) {
        assertThat(check).isInstanceOf(Check.Refused.class);
    }
}
