package io.xg2g.ffmpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlateTest {

    @Test
    void aSlateWithoutTextIsDarkenedOnly() {
        assertThat(new Slate("x").withoutText().filters()).isEqualTo("drawbox=color=black@0.6:thickness=fill");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a'b", "a,b", "a[0]", "%{pts}", "a\\b", "a;b"})
    void aTextThatCouldAddFiltersIsRejected(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Slate(text)).withMessageContaining("letters, digits");
    }
}
