package io.xg2g.ops;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Language of the operating system's error messages, which Java takes from strerror(3): there is no other sign of a full disk or an
 * exceeded quota. The JVM selects the language of the environment ({@code LANG}, {@code LANGUAGE}, {@code LC_…}).
 */
@SuppressWarnings("restricted") // A foreign function, with the signature of its manual page.
final class SystemMessages {
    /** Signature of setlocale(3); a native executable needs it at build time. */
    static final FunctionDescriptor SETLOCALE = FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS);

    /** Category of messages, in glibc and musl. */
    static final int LC_MESSAGES = 5;

    private SystemMessages() {}

    /** Selects English. Called once, before other threads are started. Does nothing if there is no {@code setlocale}. */
    static void useEnglish() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> setlocale = linker.defaultLookup().find("setlocale");
        if (setlocale.isEmpty()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment locale = (MemorySegment)
                    linker.downcallHandle(setlocale.get(), SETLOCALE).invokeExact(LC_MESSAGES, arena.allocateFrom("C"));
            assert locale.address() != 0 : "every system has the locale C";
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException("C functions throw no exceptions", impossible);
        }
    }
}
