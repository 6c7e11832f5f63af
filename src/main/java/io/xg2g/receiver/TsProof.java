package io.xg2g.receiver;

import io.xg2g.media.TsPacket;

/**
 * Classifier of the first bytes of a response. MPEG-TS has a sync byte every 188 bytes, beginning with the first one (ISO/IEC
 * 13818-1, 2.4.3.2). It is clear as soon as transport_scrambling_control is set in fewer than half of 24 successive packets with
 * payload, and scrambled after {@value #MAX_SCRAMBLED} without that: OSCam's stream relay passes on some hundred packets before it has
 * the key. Tables (PIDs below 32) and null packets are never scrambled and not counted. Not thread-safe.
 */
final class TsProof {
    private static final int MIN_PACKETS = 24;
    private static final int LATEST = (1 << MIN_PACKETS) - 1;
    private static final int MAX_SCRAMBLED = 500;
    private static final int IN_SYNC = 3;

    /** Result of the classification. */
    enum Verdict {
        UNDECIDED,
        NOT_TS,
        SCRAMBLED,
        CLEAR
    }

    private final byte[] head = new byte[4];
    private int position;
    private int packets;
    private int counted;

    /** A bit for each of the latest packets, set if it is scrambled. */
    private int scrambled;

    private Verdict verdict = Verdict.UNDECIDED;

    /** Examines further bytes; ignored after the result is final. */
    Verdict accept(byte[] data, int length) {
        for (int i = 0; i < length && verdict == Verdict.UNDECIDED; i++) {
            if (position < head.length) {
                head[position] = data[i];
            }
            if (position == 0 && data[i] != TsPacket.SYNC) {
                verdict = Verdict.NOT_TS;
            }
            position++;
            if (position == TsPacket.SIZE) {
                position = 0;
                packet();
            }
        }
        return verdict;
    }

    /** Returns whether the input is MPEG-TS, even if too short to classify. */
    boolean inSync() {
        return verdict != Verdict.NOT_TS && packets >= IN_SYNC;
    }

    /** Returns whether all that was received is scrambled, if it is too little to be sure. */
    boolean isScrambledSoFar() {
        return counted >= MIN_PACKETS && verdict == Verdict.UNDECIDED;
    }

    /** Returns the number of complete packets. */
    int packets() {
        return packets;
    }

    private void packet() {
        packets++;
        int pid = TsPacket.pid(head, 0);
        boolean elementary = pid >= TsPacket.FIRST_FREE_PID && pid != TsPacket.NULL_PID;
        if (!elementary || TsPacket.damaged(head, 0) || !TsPacket.hasPayload(head, 0)) {
            return;
        }
        counted++;
        scrambled = ((scrambled << 1) | (TsPacket.scrambled(head, 0) ? 1 : 0)) & LATEST;
        if (counted >= MIN_PACKETS && 2 * Integer.bitCount(scrambled) < MIN_PACKETS) {
            verdict = Verdict.CLEAR;
        } else if (counted >= MAX_SCRAMBLED) {
            verdict = Verdict.SCRAMBLED;
        }
    }
}
