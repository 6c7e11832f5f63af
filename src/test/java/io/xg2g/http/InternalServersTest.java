package io.xg2g.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.local.LocalAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class InternalServersTest {
    @Test
    void onlyConnectionsToAnAddedPortOfLoopbackAreInternal() {
        InternalServers servers = new InternalServers();
        servers.add(40_000);

        assertThat(servers.accepted(new InetSocketAddress("127.0.0.1", 40_000))).isTrue();
        assertThat(servers.accepted(new InetSocketAddress("127.0.0.1", 40_001))).isFalse();
        assertThat(servers.accepted(new InetSocketAddress("192.0.2.1", 40_000))).isFalse();
        assertThat(servers.accepted(new LocalAddress("local"))).isFalse();
    }

    @Test
    void connectionsToTheOnlyServerOnAPortAreInternalOnAnyAddress() {
        InternalServers servers = new InternalServers();
        servers.addOnAnyAddress(8_090);

        assertThat(servers.accepted(new InetSocketAddress("127.0.0.1", 8_090))).isTrue();
        assertThat(servers.accepted(new InetSocketAddress("192.0.2.1", 8_090))).isTrue();
        assertThat(servers.accepted(new InetSocketAddress("192.0.2.1", 8_080))).isFalse();
    }
}
