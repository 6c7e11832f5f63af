package io.xg2g.upload;

import io.xg2g.queue.Delivery;
import io.xg2g.queue.HybridQueue;
import io.xg2g.queue.QueueException;
import io.xg2g.storage.AtomicFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * Moves waiting windows between the queues after {@code xg2g.upload.premium} was changed, so that what waits is ordered by the new
 * list, and the windows of a channel stay in their order. Used while the queues are opened.
 *
 * <p>A kill repeats it: windows are removed from one queue after they are on disk in the other one, and those that are there
 * already are not added again.
 */
final class PremiumChange {
    private static final Logger LOG = Logger.getLogger(PremiumChange.class);

    /** Moved windows in memory. */
    private static final int AT_ONCE = 8;

    /**
     * Queue of windows.
     *
     * @param serializer that of the queue
     * @param add adds a window, within the bounds of the queue
     */
    record Side(HybridQueue<Upload> queue, UploadSerializer serializer, Consumer<Delivery<Upload>> add) {}

    private PremiumChange() {}

    /**
     * Moves windows, unless a file says that the list is the one of the previous run.
     *
     * @param used file with the premium channels of the queues
     */
    static void apply(AtomicFile used, Set<String> channels, Side premium, Side others) {
        String list = String.join("\n", channels);
        try {
            Optional<String> before = used.read().map(bytes -> new String(bytes, StandardCharsets.UTF_8));
            if (!before.equals(Optional.of(list))) {
                int moved = move(others, premium, channels::contains)
                        + move(premium, others, channel -> !channels.contains(channel));
                if (moved > 0) {
                    LOG.infof("premium channels changed, waiting windows moved to their queues: windows=%d", moved);
                }
                used.write(list.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException | QueueException failure) {
            LOG.warnf(
                    "windows not moved to the queues of their channels, tried again at the next start: error=%s",
                    failure);
        }
    }

    /** Moves the windows of some channels behind those of the other queue; returns how many. */
    static int move(Side from, Side to, Predicate<String> moves) {
        Set<Upload.Unread> there = names(to, moves);
        List<Delivery<Upload>> staying = new ArrayList<>();
        List<Delivery<Upload>> moving = new ArrayList<>();
        int moved = 0;
        from.serializer().readOnly(moves);
        try {
            for (Optional<Delivery<Upload>> next = from.queue().poll();
                    next.isPresent();
                    next = from.queue().poll()) {
                Delivery<Upload> delivery = next.get();
                if (delivery.item() instanceof Upload.Window window) {
                    if (!there.contains(name(window))) {
                        to.add().accept(delivery);
                    }
                    moving.add(delivery);
                    moved++;
                } else {
                    staying.add(delivery);
                }
                if (moving.size() == AT_ONCE) {
                    end(from, to, moving);
                }
            }
            end(from, to, moving);
        } finally {
            from.serializer().readOnly(_ -> true);
            staying.forEach(Delivery::putBack);
        }
        return moved;
    }

    private static void end(Side from, Side to, List<Delivery<Upload>> moving) {
        to.queue().sync();
        from.queue().acknowledge(moving);
        moving.clear();
    }

    /** Returns the names of the windows of some channels in a queue. */
    private static Set<Upload.Unread> names(Side side, Predicate<String> channels) {
        side.serializer().readOnly(_ -> false);
        List<Delivery<Upload>> all = new ArrayList<>();
        try {
            for (Optional<Delivery<Upload>> next = side.queue().poll();
                    next.isPresent();
                    next = side.queue().poll()) {
                all.add(next.get());
            }
        } finally {
            side.serializer().readOnly(_ -> true);
            all.forEach(Delivery::putBack);
        }
        Set<Upload.Unread> names = new HashSet<>();
        for (Delivery<Upload> delivery : all) {
            if (delivery.item() instanceof Upload.Unread unread && channels.test(unread.channel())) {
                names.add(unread);
            }
        }
        return names;
    }

    private static Upload.Unread name(Upload.Window window) {
        return new Upload.Unread(
                window.channel(),
                window.segments().isEmpty() ? "" : window.segments().getLast().name());
    }
}
