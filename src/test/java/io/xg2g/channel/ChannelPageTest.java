package io.xg2g.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.xg2g.ingest.Source;
import io.xg2g.problem.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChannelPageTest {
    private static final List<Channel> ALL = IntStream.range(0, 25)
            .mapToObj(i -> new Channel(
                    "c" + i,
                    "Channel " + i,
                    i % 2 == 0 ? "Even & so on" : "Odd",
                    Optional.empty(),
                    new Source.Demo(),
                    Channel.Origin.BUILT_IN))
            .toList();

    @Test
    void withoutParametersThePageHasAllChannels() {
        ChannelPage page = ChannelPage.of(ALL, null, null, null);

        assertThat(page.channels()).isEqualTo(ALL);
        assertThat(page.total()).isEqualTo(25);
        assertThat(page.next("/c")).isEmpty();
        assertThat(ChannelPage.of(List.of(), null, null, null).channels()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {"none, 25", "even & SO, 13", "channel 1, 11", "'', 25", "nothing, 0"})
    void theLinksLeadThroughAllMatchingChannels(@Nullable String search, int total) {
        List<Channel> seen = new ArrayList<>();
        String offset = "0";
        for (int pages = 0; ; pages++) {
            ChannelPage page = ChannelPage.of(ALL, search, offset, "10");
            assertThat(page.total()).isEqualTo(total);
            seen.addAll(page.channels());
            Optional<String> next = page.next("/c");
            if (next.isEmpty()) {
                assertThat(pages).isEqualTo(Math.max(0, (total - 1) / 10));
                break;
            }
            assertThat(next.get()).matches("/c\\?(?:search=[A-Za-z0-9+%]+&)?offset=\\d+&limit=10");
            offset = next.get().replaceAll(".*offset=|&.*", "");
        }
        assertThat(seen).hasSize(total).doesNotHaveDuplicates();
    }

    @Test
    void anOffsetAfterTheEndReturnsAnEmptyPage() {
        assertThat(ChannelPage.of(ALL, null, "999999999", "10").channels()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"-1, 10", "x, 10", "0, 0", "0, 1001", "0, 9999999999", "1.5, 10"})
    void numbersOutOfRangeAreNamed(String offset, String limit) {
        assertThatThrownBy(() -> ChannelPage.of(ALL, null, offset, limit))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        refused -> assertThat(refused.problem().detail()).contains("allowed: "));
    }
}
