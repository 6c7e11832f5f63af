package io.xg2g.service;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.xg2g.service.Chromium.Page;
import java.util.concurrent.TimeUnit;

/** Player in a page of a browser. */
final class PagePlayer implements MatrixPlayer {
    private static final long POLL_MILLIS = 300;

    private final Page page;
    private final PictureLog log = new PictureLog();
    private final Thread reader;
    private volatile String said = "";
    private volatile boolean closed;

    private PagePlayer(Page page) {
        this.page = page;
        reader = Thread.ofVirtual().start(this::read);
    }

    static PagePlayer start(String title, String url, Chromium browser, PlayerPages pages) {
        Page page = browser.open(pages.players(), 400, 300);
        page.evaluate("begin('" + title + "', '" + url + "')");
        return new PagePlayer(page);
    }

    private void read() {
        while (!closed) {
            drain(page.object("drain()"), System.nanoTime());
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException ended) {
                return;
            }
        }
    }

    private void drain(JsonObject drained, long now) {
        for (Object one : drained.getJsonArray("drained")) {
            JsonArray picture = (JsonArray) one;
            long at = now - Math.round(picture.getDouble(0) * TimeUnit.MILLISECONDS.toNanos(1));
            log.add(
                    at,
                    PictureCounter.read((x, y) -> picture.getInteger(
                            1 + (int) (x * PictureCounter.BLOCKS) + (y < 0.1 ? 0 : PictureCounter.BLOCKS))));
        }
        JsonArray errors = drained.getJsonArray("errors");
        said = errors.isEmpty() ? "" : errors.getString(errors.size() - 1);
    }

    @Override
    public PictureLog shown() {
        return log;
    }

    @Override
    public void pause() {
        page.evaluate("video.pause()");
    }

    @Override
    public void resume() {
        page.evaluate("video.play()");
    }

    @Override
    public void seekBack(int seconds) {
        page.evaluate("video.currentTime -= " + seconds);
    }

    @Override
    public int audioTracks() {
        return ((Number) page.evaluate("kind.tracks()")).intValue();
    }

    @Override
    public void chooseSecondAudio() {
        page.evaluate("kind.choose(1), 0");
    }

    @Override
    public String said() {
        return said;
    }

    @Override
    public void close() {
        closed = true;
        try {
            reader.join();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        page.close();
    }
}
