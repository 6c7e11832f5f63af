package io.xg2g.random;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Shrinker of failing input, so that it can be read. */
public final class Shrinking {
    private Shrinking() {}

    /** Removes elements, from the end to the start, as long as the rest still fails. */
    public static <T> List<T> shrink(List<T> failing, Predicate<List<T>> fails) {
        List<T> shrunk = new ArrayList<>(failing);
        for (int i = shrunk.size() - 1; i >= 0; i--) {
            T element = shrunk.remove(i);
            if (!fails.test(shrunk)) {
                shrunk.add(i, element);
            }
        }
        return shrunk;
    }
}
