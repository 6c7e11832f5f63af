package io.xg2g.ops;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Protection of the secrets of this process from other processes of the same user, above all from its child processes,
 * which decode untrusted media.
 *
 * <p>The process is made non-dumpable (prctl(2), {@code PR_SET_DUMPABLE}): {@code /proc/<pid>/environ}, {@code mem},
 * {@code maps}, {@code fd} and ptrace(2) are then reserved for root, and there is no core dump. Environment variables
 * are removed from the C library, except those that libraries read: Java starts child processes through a helper
 * ({@code jspawnhelper}) that is dumpable and inherits them. {@link System#getenv()} still returns all of them.
 *
 * <p>Called once, before other threads are started. Does nothing if there is no {@code prctl} (not Linux).
 */
@SuppressWarnings("restricted") // Foreign functions, with the signatures of the manual pages.
final class ProcessSecrets {
    static final FunctionDescriptor PRCTL =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
    static final FunctionDescriptor UNSETENV = FunctionDescriptor.of(JAVA_INT, ADDRESS);

    /** All called functions; a native executable needs them at build time. */
    static final List<FunctionDescriptor> FUNCTIONS = List.of(PRCTL, UNSETENV);

    private static final int PR_SET_DUMPABLE = 4;
    private static final Set<String> RETAINED =
            Set.of("PATH", "HOME", "TMPDIR", "TZ", "LANG", "LANGUAGE", "LD_LIBRARY_PATH", "LOCALDOMAIN", "RES_OPTIONS");
    private static final List<String> RETAINED_PREFIXES = List.of("LC_", "LIBVA_", "CUDA_", "NVIDIA_", "MALLOC_");

    private ProcessSecrets() {}

    static void protect() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> prctl = linker.defaultLookup().find("prctl");
        Optional<MemorySegment> unsetenv = linker.defaultLookup().find("unsetenv");
        if (prctl.isEmpty() || unsetenv.isEmpty()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            int protectedNow = (int) linker.downcallHandle(prctl.get(), PRCTL, Linker.Option.firstVariadicArg(1))
                    .invokeExact(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L);
            if (protectedNow != 0) {
                throw new IllegalStateException("prctl(PR_SET_DUMPABLE, 0) failed");
            }
            MethodHandle unset = linker.downcallHandle(unsetenv.get(), UNSETENV);
            for (String name : System.getenv().keySet()) {
                if (!isRetained(name)) {
                    int ignored = (int) unset.invokeExact(arena.allocateFrom(name));
                    assert ignored == 0;
                }
            }
        } catch (RuntimeException | Error failed) {
            throw failed;
        } catch (Throwable impossible) {
            throw new IllegalStateException("C functions throw no exceptions", impossible);
        }
    }

    private static boolean isRetained(String variable) {
        return RETAINED.contains(variable) || RETAINED_PREFIXES.stream().anyMatch(variable::startsWith);
    }
}
