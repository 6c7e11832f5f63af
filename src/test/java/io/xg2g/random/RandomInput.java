package io.xg2g.random;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.LongStream;

/**
 * Seeded generator of test input: the same seed gives the same values. Bounds are inclusive. Edge cases (bounds, zero,
 * empty, special characters) are more frequent than uniform values.
 */
public final class RandomInput {
    private static final double EDGE = 0.125;
    private static final byte[] EDGE_BYTES = {0, 1, -1, Byte.MIN_VALUE, Byte.MAX_VALUE};

    /** Ends of lines and text, quotation, separators, escapes, one character of each UTF-8 length, halves of pairs. */
    private static final int[] EDGE_CHARACTERS = ("\0\t\n\r\u001b \"'\\/%:;,=&#?<>[]{}$\u007f\u0085\u00a0\u00e4\u0130"
                    + "\u2028\u202e\u20ac\ufeff\uffff\ud83d\ude00x\ud800x\udc00")
            .codePoints()
            .toArray();

    private final long seed;
    private final SplittableRandom random;

    public RandomInput(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    long seed() {
        return seed;
    }

    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    public int between(int min, int max) {
        return (int) between((long) min, (long) max);
    }

    public long between(long min, long max) {
        if (chance(EDGE)) {
            long[] edges = LongStream.of(min, max, -1, 0, 1)
                    .filter(edge -> edge >= min && edge <= max)
                    .toArray();
            return edges[random.nextInt(edges.length)];
        }
        return max == Long.MAX_VALUE ? upToTheLast(min) : random.nextLong(min, max + 1);
    }

    private long upToTheLast(long min) {
        return min == Long.MIN_VALUE ? random.nextLong() : random.nextLong(min - 1, Long.MAX_VALUE) + 1;
    }

    public double between(double min, double max) {
        if (chance(EDGE)) {
            return min <= 0 && max >= 0 ? of(min, max, 0.0) : of(min, max);
        }
        return min + random.nextDouble() * (max - min);
    }

    /** Any number, of any magnitude. */
    public int anyInt() {
        return between(Integer.MIN_VALUE, Integer.MAX_VALUE) >> random.nextInt(Integer.SIZE);
    }

    /** Any number, of any magnitude. */
    public long anyLong() {
        return between(Long.MIN_VALUE, Long.MAX_VALUE) >> random.nextInt(Long.SIZE);
    }

    /** At most this number of bytes. */
    public byte[] bytes(int max) {
        return bytesOf(between(0, max));
    }

    /** Exactly this number of bytes. */
    public byte[] bytesOf(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        for (int i = 0; i < length; i++) {
            if (chance(EDGE)) {
                bytes[i] = EDGE_BYTES[random.nextInt(EDGE_BYTES.length)];
            }
        }
        return bytes;
    }

    /** At most this number of code points: special ones, ASCII, and any others. */
    public String text(int max) {
        StringBuilder text = new StringBuilder();
        for (int left = between(0, max); left > 0; left--) {
            text.appendCodePoint(
                    switch (random.nextInt(4)) {
                        case 0 -> EDGE_CHARACTERS[random.nextInt(EDGE_CHARACTERS.length)];
                        case 1 -> random.nextInt(Character.MAX_CODE_POINT + 1);
                        default -> random.nextInt(' ', 0x7f);
                    });
        }
        return text.toString();
    }

    @SafeVarargs
    public final <T> T of(T... values) {
        return values[random.nextInt(values.length)];
    }

    public <T> T of(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** At most this number of elements, each from a call of the supplier. */
    public <T> List<T> list(int max, Supplier<T> element) {
        List<T> list = new ArrayList<>();
        for (int left = between(0, max); left > 0; left--) {
            list.add(element.get());
        }
        return list;
    }

    /** At most this number of numbers. */
    public int[] anyInts(int max) {
        int[] numbers = new int[between(0, max)];
        Arrays.setAll(numbers, _ -> anyInt());
        return numbers;
    }

    /** Text in failures and test names. */
    @Override
    public String toString() {
        return "seed=" + seed;
    }
}
