package io.xg2g.ops;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** Program that prints its locale of messages, and what the operating system says of a full disk, before and after the choice. */
final class LocalizedProcess {
    private LocalizedProcess() {}

    public static void main(String[] args) throws Throwable {
        print();
        SystemMessages.useEnglish();
        print();
    }

    private static void print() throws Throwable {
        System.out.println(locale());
        try {
            Files.write(Path.of("/dev/full"), "x".getBytes(UTF_8));
            System.out.println("no failure");
        } catch (IOException full) {
            System.out.println(full.getMessage());
        }
    }

    @SuppressWarnings("restricted") // It calls the C library, as the program does.
    private static String locale() throws Throwable {
        Linker linker = Linker.nativeLinker();
        MemorySegment name = (MemorySegment)
                linker.downcallHandle(linker.defaultLookup().findOrThrow("setlocale"), SystemMessages.SETLOCALE)
                        .invokeExact(SystemMessages.LC_MESSAGES, MemorySegment.NULL);
        return name.reinterpret(Long.MAX_VALUE).getString(0);
    }
}
