package io.xg2g.queue;

/**
 * Converts items to the bytes that a queue stores, and back. Called by the threads that add and take.
 *
 * @param <T> type of the items
 */
public interface Serializer<T> {
    /** Items that are bytes already. The arrays are not copied and must not be modified after they were added. */
    Serializer<byte[]> BYTES = new Serializer<>() {
        @Override
        public byte[] toBytes(byte[] item) {
            return item;
        }

        @Override
        public byte[] fromBytes(byte[] bytes) {
            return bytes;
        }
    };

    /** Returns an array that is not modified afterwards. */
    byte[] toBytes(T item);

    /** Returns the item of bytes that {@link #toBytes} made, possibly in an earlier version of the program. */
    T fromBytes(byte[] bytes);
}
