package io.xg2g.upload;

import java.nio.file.Path;

/**
 * File that is stored as an object on the target.
 *
 * @param name path below the target's address: {@code vod/news/720p.mp4}
 * @param cacheControl value of {@code Cache-Control}
 */
record StoredFile(String name, Path file, String contentType, String cacheControl) {}
