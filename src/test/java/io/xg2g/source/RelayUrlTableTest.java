package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class RelayUrlTableTest {
    private static final URI FIRST = URI.create("http://h/1");
    private static final URI SECOND = URI.create("http://h/2");
    private static final URI THIRD = URI.create("http://h/3");

    @Test
    void anAddressKeepsItsId() {
        RelayUrlTable issued = new RelayUrlTable(10, 1000);
        String id = issued.id(FIRST);

        assertThat(issued.id(SECOND)).isNotEqualTo(id);
        assertThat(issued.id(URI.create(FIRST.toString()))).isEqualTo(id);
        assertThat(issued.address(id)).contains(FIRST);
    }

    @Test
    void unknownIdsAreNotFound() {
        assertThat(new RelayUrlTable(10, 1000).address("1")).isEmpty();
    }

    @Test
    void theLeastRecentlyUsedUrlIsEvicted() {
        RelayUrlTable issued = new RelayUrlTable(2, 1000);
        String first = issued.id(FIRST);
        String second = issued.id(SECOND);

        issued.id(FIRST);
        String third = issued.id(THIRD);

        assertThat(issued.address(first)).contains(FIRST);
        assertThat(issued.address(second)).isEmpty();
        assertThat(issued.address(third)).contains(THIRD);
    }

    @Test
    void theTotalLengthOfUrlsIsBounded() {
        RelayUrlTable issued = new RelayUrlTable(10, 25);
        String first = issued.id(FIRST);
        String second = issued.id(SECOND);
        String third = issued.id(THIRD);

        assertThat(issued.address(first)).isEmpty();
        assertThat(issued.address(second)).contains(SECOND);
        assertThat(issued.address(third)).contains(THIRD);
        assertThat(issued.address(issued.id(URI.create("http://h/" + "x".repeat(30)))))
                .isEmpty();
        assertThat(issued.address(third)).isEmpty();
    }
}
