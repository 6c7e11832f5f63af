package io.xg2g.upload;

import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Body of a request to the target, which is read twice: to sign it, and to send it. */
sealed interface RequestBody {
    /** No body. */
    RequestBody NONE = new Bytes(new byte[0]);

    /** Opens it for the signature. */
    InputStream open();

    /** Returns what sends it. */
    BodyPublisher publisher();

    /** Returns the number of bytes that are sent, where that takes longer than the timeout of a request may be; otherwise 0. */
    long sent();

    /** Closes what was opened to send it: the HTTP client does so at its end only. */
    void close();

    /** Body in memory. */
    @SuppressWarnings("ArrayRecordComponent") // The array is never modified.
    record Bytes(byte[] bytes) implements RequestBody {
        @Override
        public InputStream open() {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public BodyPublisher publisher() {
            return bytes.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(bytes);
        }

        @Override
        public void close() {
            // Nothing was opened.
        }

        @Override
        public long sent() {
            return 0;
        }
    }

    /** Content of a file of at least one byte. */
    record Content(Path file, long length, AtomicLong progress, AtomicReference<InputStream> sending)
            implements RequestBody {
        static Content of(Path file) throws IOException {
            return new Content(
                    file, Files.size(file), new AtomicLong(), new AtomicReference<>(InputStream.nullInputStream()));
        }

        @Override
        public InputStream open() {
            try {
                return Files.newInputStream(file);
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }

        @Override
        public BodyPublisher publisher() {
            return BodyPublishers.fromPublisher(
                    BodyPublishers.ofInputStream(() -> {
                        InputStream in = new Counting(open());
                        sending.set(in);
                        return in;
                    }),
                    length);
        }

        @Override
        public void close() {
            try {
                sending.get().close();
            } catch (IOException readOnly) {
                throw new UncheckedIOException(readOnly);
            }
        }

        @Override
        public long sent() {
            return progress.get();
        }

        private final class Counting extends FilterInputStream {
            private Counting(InputStream in) {
                super(in);
            }

            @Override
            public int read() throws IOException {
                progress.incrementAndGet();
                return super.read();
            }

            @Override
            public int read(byte[] buffer, int offset, int count) throws IOException {
                int read = super.read(buffer, offset, count);
                progress.addAndGet(Math.max(0, read));
                return read;
            }
        }
    }
}
