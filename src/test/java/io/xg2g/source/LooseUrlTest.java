package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LooseUrlTest {
    /** Among them the examples of RFC 3986, section 5.4, that a playlist or a redirect can have. */
    @ParameterizedTest
    @CsvSource({
        "http://a/b/c/d;p?q, g, http://a/b/c/g",
        "http://a/b/c/d;p?q, ./g, http://a/b/c/g",
        "http://a/b/c/d;p?q, /g, http://a/g",
        "http://a/b/c/d;p?q, //g, http://g",
        "http://a/b/c/d;p?q, ?y, http://a/b/c/d;p?y",
        "http://a/b/c/d;p?q, g?y#s, http://a/b/c/g?y",
        "http://a/b/c/d;p?q, ../../g, http://a/g",
        "http://a/b/c/d;p?q, https://g:1/h, https://g:1/h",
        "http://u:p@a:8080, g.ts, http://u:p@a:8080/g.ts",
        "http://a:8080?live=1, g.ts?x, http://a:8080/g.ts?x",
        "http://a?live=1, ?live=2, http://a?live=2",
        "http://a/b/, 'c d|e%zz.ts', http://a/b/c%20d%7Ce%25zz.ts"
    })
    void referencesAreResolved(URI base, String reference, URI resolved) {
        assertThat(LooseUrl.resolved(base, reference)).isEqualTo(resolved);
    }

    @Test
    void aMalformedReferenceIsRefused() {
        assertThatThrownBy(() -> LooseUrl.resolved(URI.create("http://a/"), "http://a\\@b/"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
