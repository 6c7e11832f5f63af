package io.xg2g.cluster;

import io.smallrye.mutiny.Uni;
import io.xg2g.dispatch.Dispatcher;
import io.xg2g.dispatch.TranscodeRequest;
import io.xg2g.dispatch.TranscodeResult;
import io.xg2g.process.WorkDirectory;
import java.io.IOException;
import java.nio.file.Path;

/** What a worker needs to encode a unit: its dispatcher, and its work directory. */
interface UnitWork {

    /** Submits a request. */
    Uni<TranscodeResult> submit(TranscodeRequest request);

    /** Cancels a request, whose result follows. */
    boolean cancel(String id);

    /** Creates a directory for the files of a unit. Blocks. */
    Path create() throws IOException;

    /** Permits child processes to use a directory. Blocks. */
    void grant(Path path) throws IOException;

    /** Deletes a directory. Blocks. */
    void delete(Path path);

    /** Returns that of the program. */
    static UnitWork of(Dispatcher dispatcher, WorkDirectory work) {
        return new UnitWork() {
            @Override
            public Uni<TranscodeResult> submit(TranscodeRequest request) {
                return dispatcher.submit(request);
            }

            @Override
            public boolean cancel(String id) {
                return dispatcher.cancel(id);
            }

            @Override
            public Path create() {
                return work.create();
            }

            @Override
            public void grant(Path path) throws IOException {
                work.grant(path);
            }

            @Override
            public void delete(Path path) {
                work.delete(path);
            }
        };
    }
}
