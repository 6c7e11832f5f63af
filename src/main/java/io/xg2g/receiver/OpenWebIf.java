package io.xg2g.receiver;

import io.xg2g.receiver.OpenWebIfReader.Bouquet;
import io.xg2g.receiver.OpenWebIfReader.Entry;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;

/**
 * HTTP client for the OpenWebIF of one receiver. Sends GET only, one request at a time, with bounds on the size and the time of the
 * response. Every failure is an {@link IOException} whose message contains no credentials. Thread-safe; blocks.
 */
final class OpenWebIf implements AutoCloseable {
    private static final long MAX_BYTES = 8L << 20;
    private static final String WHITELIST = "/etc/enigma2/whitelist_streamrelay";

    private final ReceiverSettings settings;
    private final HttpClient client;
    private final ReentrantLock lock = new ReentrantLock(true);
    private volatile String lastError = "";

    OpenWebIf(ReceiverSettings settings) {
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(settings.timing().timeout())
                .executor(Executors.newVirtualThreadPerTaskExecutor())
                .build();
    }

    /** Returns the TV bouquets. */
    List<Bouquet> bouquets() throws IOException, InterruptedException {
        return read("/api/bouquets", OpenWebIfReader::bouquets);
    }

    /** What a bouquet contains. */
    record Content(List<Entry> services, List<Bouquet> nested) {}

    /** Returns the content of a bouquet. */
    Content content(Bouquet bouquet) throws IOException, InterruptedException {
        return read(
                "/api/getservices?sRef=" + ServiceReference.encode(bouquet.reference()),
                body -> new Content(OpenWebIfReader.services(body), OpenWebIfReader.nested(body)));
    }

    /** Returns the keys of the services on the whitelist of the stream relay; empty without a relay. */
    Set<String> relayed() throws IOException, InterruptedException {
        return read("/file?file=" + WHITELIST, OpenWebIfReader::whitelist);
    }

    /** Checks that OpenWebIF responds. */
    void about() throws IOException, InterruptedException {
        read("/api/about", body -> {
            OpenWebIfReader.about(body);
            return true;
        });
    }

    /** Returns the error of the last request; empty if it succeeded. */
    Optional<String> lastError() {
        return lastError.isEmpty() ? Optional.empty() : Optional.of(lastError);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private interface Reader<T> {
        T read(byte[] body) throws IOException;
    }

    private <T> T read(String path, Reader<T> reader) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            T answer = reader.read(get(path));
            lastError = "";
            return answer;
        } catch (IOException e) {
            lastError = String.valueOf(e.getMessage());
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private byte[] get(String path) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(settings.url() + path));
        settings.headers().forEach(request::setHeader);
        HttpResponse<byte[]> response =
                await(client.sendAsync(request.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES)));
        int status = response.statusCode();
        if (status == 200) {
            return response.body();
        }
        if (status == 404 && path.startsWith("/file")) {
            return new byte[0];
        }
        boolean unauthorized = status == 401 || status == 403;
        throw new IOException("OpenWebIF responded with HTTP status " + status
                + (unauthorized ? ": see xg2g.receivers." + settings.name() + ".username and .password" : ""));
    }

    private <T> T await(CompletableFuture<T> answer) throws IOException, InterruptedException {
        try {
            return answer.get(settings.timing().timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw noAnswer();
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case HttpTimeoutException slow -> noAnswer();
                case ConnectException refused -> new IOException("connection to OpenWebIF failed", refused);
                case SSLException untrusted ->
                    new IOException(
                            "the certificate of OpenWebIF is not trusted; use http in the local network", untrusted);
                case null, default -> new IOException("response of OpenWebIF could not be read", e);
            };
        } finally {
            answer.cancel(true);
        }
    }

    private IOException noAnswer() {
        return new IOException("OpenWebIF did not respond within "
                + settings.timing().timeout().toMillis() / 1000.0 + " s");
    }
}
