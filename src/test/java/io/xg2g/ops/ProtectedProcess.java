package io.xg2g.ops;

import static java.lang.foreign.ValueLayout.ADDRESS;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** Program with a secret in its environment, which it optionally protects, and a child that searches for it. */
final class ProtectedProcess {
    static final String VARIABLE = "XG2G_SECRET";
    static final String SECRET = "top-secret";

    private ProtectedProcess() {}

    /** Prints the results of a child of the same user, one per line. */
    public static void main(String[] args) throws Throwable {
        if (args[0].equals("protected")) {
            ProcessSecrets.protect();
        }
        String proc = "/proc/" + ProcessHandle.current().pid();
        System.out.println("environ " + child("cat", proc + "/environ"));
        System.out.println("fd " + child("ls", proc + "/fd"));
        System.out.println("mem " + child("head", "-c", "0", proc + "/mem"));
        System.out.println("status " + child("head", "-n", "1", proc + "/status"));
        System.out.println("java " + System.getenv(VARIABLE));
        System.out.println("libc " + (libc() ? "set" : "not set"));
        System.out.println("own " + (Files.list(Path.of("/proc/self/fd")).count() > 0 ? "readable" : "empty"));
    }

    private static String child(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String answer = new String(process.getInputStream().readAllBytes()).replaceAll("[\\n\0]", " ");
        return process.waitFor() == 0 ? "read: " + answer : "refused: " + answer;
    }

    /** Whether the environment of the C library, which Java's helper programs inherit, still has the secret. */
    @SuppressWarnings("restricted") // It calls the C library, as the program does.
    private static boolean libc() throws Throwable {
        Linker linker = Linker.nativeLinker();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = (MemorySegment) linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("getenv"), FunctionDescriptor.of(ADDRESS, ADDRESS))
                    .invokeExact(arena.allocateFrom(VARIABLE));
            return value.address() != 0;
        }
    }
}
