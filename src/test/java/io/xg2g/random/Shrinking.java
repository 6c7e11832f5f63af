package io.xg2g.random;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Makes failing input shorter, so that it can be read. */
public final class Shrinking {
    private Shrinking() {}

    /** Leaves elements out, from the end to the start, each where what remains still fails. */
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
