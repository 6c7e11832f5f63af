package io.xg2g.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Queues on a small file system, and in a small heap. */
class SmallMachineIT {
    @TempDir
    Path directory;

    @Test
    void aFullFileSystemRefusesAndAReadOnlyOneKeepsAll() throws Exception {
        String mounted = "mount -t tmpfs -o mode=700,size=2m none \"$0\" && exec \"$@\"";
        List<String> command = new ArrayList<>(List.of("unshare", "-Urm", "sh", "-c", mounted, directory.toString()));
        command.addAll(QueueProcess.command(QueueScenarios.class, List.of("full", directory.toString())));
        assertThat(QueueProcess.run(command)).endsWith("ok\n");
    }

    @Test
    @Tag("nightly")
    void aMillionItemsNeedLittleMemory() throws Exception {
        List<String> command =
                new ArrayList<>(QueueProcess.command(QueueScenarios.class, List.of("million", directory.toString())));
        command.set(1, "-Xmx300m");
        assertThat(QueueProcess.run(command)).endsWith("ok\n");
    }
}
