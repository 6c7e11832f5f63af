package io.xg2g.source;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.List;

/** Sources that clients may have fetched. URLs in the configuration itself need not be listed here. */
@ConfigMapping(prefix = "xg2g.source")
public interface SourceConfig {

    /**
     * Allow list of the sources that clients may name, separated by commas: {@code public} (every public internet
     * address by {@code http}, {@code https}, {@code rtsp}, {@code rtsps} or {@code srt}, at the ports 80, 322, 443,
     * 554 and all from 1024), names ({@code cameras.example.org}, {@code *.example.org}), addresses (
     * {@code 192.168.1.20}, {@code [fd00::20]}) and networks ({@code 192.168.1.0/24}). Names, addresses and networks
     * may have a scheme before them and a port behind: {@code rtsp://192.168.1.0/24:554}; a part that is left out is
     * not restricted.
     */
    @WithDefault("public")
    List<String> allow();
}
