package io.xg2g.media;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Big-endian numbers in byte arrays. */
final class BigEndian {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private BigEndian() {}

    static int uint16(byte[] data, int at) {
        return (short) SHORT.get(data, at) & 0xffff;
    }

    static int int32(byte[] data, int at) {
        return (int) INT.get(data, at);
    }

    static void int32(byte[] data, int at, int value) {
        INT.set(data, at, value);
    }

    static long uint32(byte[] data, int at) {
        return int32(data, at) & 0xffffffffL;
    }

    static long int64(byte[] data, int at) {
        return (long) LONG.get(data, at);
    }

    static void int64(byte[] data, int at, long value) {
        LONG.set(data, at, value);
    }
}
