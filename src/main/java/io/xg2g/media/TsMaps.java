package io.xg2g.media;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reader of the program association table and of the maps of all its programs (ISO/IEC 13818-1, 2.4.4.4 and 2.4.4.9). Follows
 * changes of the tables. Reads at most {@value #MAX_PROGRAMS} programs. Not thread-safe.
 */
final class TsMaps {
    private static final int CRC = 4;
    private static final int HEADER = 8;
    private static final int MAX_PROGRAMS = 256;

    private final TsSections associations = new TsSections(this::association);
    /** Sections of the association table by {@code section_number}. */
    private final Map<Integer, byte[]> association = new TreeMap<>();
    /** PID of the map of each program, in the order of the association table. */
    private final Map<Integer, Integer> listed = new LinkedHashMap<>();

    private final Map<Integer, TsMap> known = new HashMap<>();
    private final Map<Integer, TsSections> sections = new HashMap<>();
    private final BitSet pids = new BitSet(TsPacket.PIDS);
    private boolean changed;

    TsMaps() {
        pids.set(0);
    }

    /** Returns whether a PID carries the association table or a map. */
    boolean isTable(int pid) {
        return pids.get(pid);
    }

    /** Reads a packet of a PID that {@link #isTable}; returns whether a table has changed. */
    boolean packet(byte[] data, int packet, int pid) {
        changed = false;
        if (pid == 0) {
            associations.packet(data, packet);
        } else {
            sections.computeIfAbsent(pid, _ -> new TsSections(section -> map(pid, section)))
                    .packet(data, packet);
        }
        return changed;
    }

    /** Returns the maps received so far, in the order of the association table. */
    List<TsMap> maps() {
        List<TsMap> maps = new ArrayList<>();
        for (int number : listed.keySet()) {
            TsMap map = known.get(number);
            if (map != null) {
                maps.add(map);
            }
        }
        return maps;
    }

    /** Returns a sentence if the whole association table was received and does not list a program. */
    Optional<String> lacks(int number) {
        // last_section_number
        boolean whole = !listed.isEmpty()
                && association.values().stream().allMatch(section -> (section[7] & 0xff) < association.size());
        return whole && !listed.containsKey(number)
                ? Optional.of("the source has no program " + number + "; its programs: "
                        + listed.keySet().stream().map(String::valueOf).collect(Collectors.joining(", ")))
                : Optional.empty();
    }

    /** Returns whether there is a program, and the maps of all were received. */
    boolean isComplete() {
        return !listed.isEmpty() && known.keySet().containsAll(listed.keySet());
    }

    /** Returns the section of the association table that lists a program. */
    byte[] associationOf(TsMap map) {
        return association.values().stream()
                .filter(section -> lists(section, map))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("program " + map.number() + " is not listed"));
    }

    private static boolean lists(byte[] section, TsMap map) {
        for (int at = HEADER; at + 4 <= section.length - CRC; at += 4) {
            if (BigEndian.uint16(section, at) == map.number()) {
                return true;
            }
        }
        return false;
    }

    private void association(byte[] section) {
        int index = section[6] & 0xff;
        if (section[0] != TsTables.ASSOCIATION || !current(section) || Arrays.equals(section, association.get(index))) {
            return;
        }
        if (association.values().stream().anyMatch(other -> other[5] != section[5])) {
            // Another version.
            association.clear();
        }
        association.put(index, section);
        changed = true;
        list();
    }

    private void list() {
        Map<Integer, Integer> before = Map.copyOf(listed);
        listed.clear();
        for (byte[] section : association.values()) {
            for (int at = HEADER; at + 4 <= section.length - CRC && listed.size() < MAX_PROGRAMS; at += 4) {
                // Program number 0 refers to the network information table.
                int number = BigEndian.uint16(section, at);
                int pid = BigEndian.uint16(section, at + 2) & 0x1fff;
                if (number != 0 && pid != 0 && pid != TsPacket.NULL_PID) {
                    listed.putIfAbsent(number, pid);
                }
            }
        }
        known.keySet()
                .removeIf(number ->
                        !listed.containsKey(number) || !listed.get(number).equals(before.get(number)));
        sections.keySet().retainAll(listed.values());
        pids.clear();
        pids.set(0);
        listed.values().forEach(pids::set);
    }

    private void map(int pid, byte[] section) {
        int number = BigEndian.uint16(section, 3);
        Integer expected = listed.get(number);
        if (section[0] != TsTables.MAP || !current(section) || expected == null || expected != pid) {
            return;
        }
        TsMap before = known.get(number);
        if (before == null || !Arrays.equals(before.section(), section)) {
            known.put(number, TsMap.of(pid, section));
            changed = true;
        }
    }

    /** Returns {@code current_next_indicator}: whether the section is valid already. */
    private static boolean current(byte[] section) {
        return (section[5] & 0x01) != 0;
    }
}
