package io.xg2g.service;

import io.vertx.core.json.JsonObject;
import io.xg2g.schedule.Patience;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Player in a browser page, as reported by {@code observe.js}. */
final class BrowserPlayer {
    private BrowserPlayer() {}

    /** Clicks the channel's card on the service's page, and observes the player. */
    static void click(Chromium.Page page, String channel) {
        page.evaluate(PlayerPages.observer());
        Awaitility.await("the card of " + channel).until(() -> (Boolean) page.evaluate("""
                (() => {
                  const card = [...document.querySelectorAll('.card')]
                      .find((one) => one.textContent.toLowerCase().includes('%s'.toLowerCase()));
                  if (card) card.click();
                  return Boolean(card);
                })()""".formatted(channel)));
    }

    /** Waits for the first displayed frame. */
    static JsonObject awaitFirstFrame(Chromium.Page page) {
        return await(page, "a first frame", "firstFrame", 0);
    }

    /** Waits until playback has started and continued for a moment. */
    static void awaitPlaying(Chromium.Page page) {
        await(page, "playback", "shown", 75);
    }

    /** Waits until a number of the report exceeds this, and returns the report. */
    static JsonObject await(Chromium.Page page, String what, String member, double more) {
        JsonObject[] seen = new JsonObject[1];
        try {
            Awaitility.await(what).atMost(Patience.seconds(60)).until(() -> {
                seen[0] = page.object("observation()");
                return seen[0].getDouble(member) > more;
            });
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(what + " did not come: " + seen[0], late);
        }
        return seen[0];
    }
}
