package io.xg2g.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.cluster.OfferBook.Offer;
import io.xg2g.cluster.OfferBook.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OfferBookTest {
    /** Close to the overflow, which {@link System#nanoTime()} may reach too. */
    private static final long START = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private final AtomicInteger ids = new AtomicInteger();
    private final OfferBook book = new OfferBook(() -> "offer-" + ids.incrementAndGet());

    @Test
    void eachIdleSlotIsOfferedOnce() {
        book.resize(Map.of("gpu0", 2));

        assertThat(book.offer(10, START)).extracting(Offer::id).containsExactly("offer-1", "offer-2");
        assertThat(book.offer(10, START)).isEmpty();
        assertThat(book.offered()).isEqualTo(2);
    }

    @Test
    void noMoreIsOfferedThanCanBeSent() {
        book.resize(Map.of("gpu0", 3));

        assertThat(book.offer(1, START)).hasSize(1);
        assertThat(book.offer(0, START)).isEmpty();
        assertThat(book.offer(5, START)).hasSize(2);
    }

    @Test
    void anOfferIsTakenOnceAndItsSlotOfferedAgainWhenItIsFree() {
        book.resize(Map.of("gpu0", 1));
        book.offer(1, START);

        Slot slot = book.take("offer-1", START).orElseThrow();

        assertThat(book.take("offer-1", START)).isEmpty();
        assertThat(book.offer(1, START)).isEmpty();
        assertThat(book.taken()).isEqualTo(1);
        book.free(slot);
        assertThat(book.take("offer-1", START)).isEmpty();
        assertThat(book.offer(1, START)).containsExactly(new Offer("offer-2", "gpu0"));
    }

    @Test
    void anExpiredOfferIsMadeAgainAndStaysValidForTheTimeOfAReceipt() {
        book.resize(Map.of("gpu0", 1));
        book.offer(1, START);

        assertThat(book.expire(START + OfferBook.LIFE.toNanos() - 1)).isZero();
        long expired = START + OfferBook.LIFE.toNanos();
        assertThat(book.expire(expired)).isEqualTo(1);
        assertThat(book.offer(1, expired)).extracting(Offer::id).containsExactly("offer-2");

        assertThat(book.take("offer-1", expired + OfferBook.GRACE.toNanos() + 1))
                .isEmpty();
        assertThat(book.take("offer-1", expired + OfferBook.GRACE.toNanos())).isPresent();
        assertThat(book.take("offer-2", expired)).isEmpty();
    }

    @Test
    void allIdleSlotsAreOfferedAgainByANewConnection() {
        book.resize(Map.of("gpu0", 2));
        book.offer(2, START);
        book.take("offer-1", START);

        book.renew(START);

        assertThat(book.offer(2, START)).extracting(Offer::id).containsExactly("offer-3");
        assertThat(book.take("offer-2", START)).isPresent();
        assertThat(book.take("offer-3", START)).isEmpty();
    }

    @Test
    void aSlotThatIsGoneIsNotTaken() {
        book.resize(Map.of("gpu0", 1, "gpu1", 1));
        List<Offer> offers = book.offer(2, START);
        String lost = offers.stream()
                .filter(offer -> offer.device().equals("gpu1"))
                .findFirst()
                .orElseThrow()
                .id();

        book.resize(Map.of("gpu0", 1));

        assertThat(book.take(lost, START)).isEmpty();
        assertThat(book.size()).isEqualTo(1);
    }

    @Test
    void aBusySlotOfADeviceThatIsGoneIsNotOfferedAgain() {
        book.resize(Map.of("gpu0", 2));
        book.offer(2, START);
        Slot slot = book.take("offer-1", START).orElseThrow();

        book.resize(Map.of("gpu0", 1));
        assertThat(book.take("offer-2", START)).isEmpty();
        book.free(slot);
        book.resize(Map.of("gpu0", 1));
        assertThat(book.offer(2, START)).hasSize(1);
        book.resize(Map.of());
        assertThat(book.offer(2, START)).isEmpty();
    }

    @Test
    void nothingIsTakenOrOfferedAfterTheEnd() {
        book.resize(Map.of("gpu0", 2));
        book.offer(2, START);
        Slot slot = book.take("offer-1", START).orElseThrow();

        book.close();
        book.free(slot);
        book.resize(Map.of("gpu0", 2));

        assertThat(book.take("offer-2", START)).isEmpty();
        assertThat(book.offer(2, START)).isEmpty();
        assertThat(book.offered()).isZero();
    }
}
