package io.xg2g.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnePerKeyTest {
    private final List<String> closed = new ArrayList<>();
    private int made;

    @Test
    void equalKeysShareAValue() {
        var all = new OnePerKey<Map<String, String>, AutoCloseable>(_ -> value("" + made++));

        AutoCloseable first = all.get(Map.of("a", "1", "b", "2"));

        assertThat(all.get(Map.of("b", "2", "a", "1"))).isSameAs(first);
        assertThat(all.get(Map.of("a", "1"))).isNotSameAs(first);
        assertThat(made).isEqualTo(2);
    }

    @Test
    void aFailedCreationIsRetried() {
        var all = new OnePerKey<String, AutoCloseable>(key -> {
            if (made++ == 0) {
                throw new IllegalStateException("not yet");
            }
            return value(key);
        });

        assertThatThrownBy(() -> all.get("a")).hasMessage("not yet");

        assertThat(all.get("a")).isSameAs(all.get("a"));
    }

    @Test
    void closeClosesAllValuesDespiteAnException() {
        var all = new OnePerKey<String, AutoCloseable>(this::value);
        List.of("a", "broken", "b").forEach(all::get);

        assertThatThrownBy(all::close).hasSuppressedException(new IOException("broken"));

        assertThat(closed).containsExactlyInAnyOrder("a", "broken", "b");
    }

    private AutoCloseable value(String name) {
        return () -> {
            closed.add(name);
            if (name.equals("broken")) {
                throw new IOException(name);
            }
        };
    }
}
