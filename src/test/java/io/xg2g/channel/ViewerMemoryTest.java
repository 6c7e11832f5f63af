package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ViewerMemoryTest {
    @Test
    void reservationsForSingleViewersAreBoundedByHalfOfTheBudget() {
        ViewerMemory memory = new ViewerMemory(1000);

        assertThat(memory.reserve(300)).isTrue();
        assertThat(memory.reserve(201)).isFalse();
        assertThat(memory.reserve(200)).isTrue();
        assertThat(memory.reserve(1)).isFalse();

        memory.release(300);
        assertThat(memory.reserve(300)).isTrue();
    }
}
