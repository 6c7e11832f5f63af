package io.xg2g.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PassthroughOfferTest {
    /** Windows: {@code +} has the source's own video, {@code -} does not. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', useHeadersInDisplayName = true, textBlock = """
            windows                  | offered
            +                        | true
            ++++++++                 | true
            -                        | false
            ++-                      | false
            ++-++++                  | false
            ++-+++++                 | true
            ++-++++-+++++            | true
            -+++++                   | true
            -+++++-+++++             | false
            -+++++-++++++++++        | true
            """)
    void aPassthroughReturnsAfterWindowsInARow(String windows, boolean offered) {
        assertThat(after(windows).offered()).isEqualTo(offered);
    }

    @Test
    void theWindowsInARowAreBounded() {
        String loss = "-" + "+".repeat(40);

        assertThat(after(loss.repeat(10)).offered()).isTrue();
        assertThat(after(loss.repeat(10) + "-" + "+".repeat(39)).offered()).isFalse();
    }

    private static PassthroughOffer after(String windows) {
        PassthroughOffer offer = PassthroughOffer.INITIAL;
        for (int i = 0; i < windows.length(); i++) {
            offer = offer.next(windows.charAt(i) == '+');
        }
        return offer;
    }
}
