package io.xg2g.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RtspTransportHeaderTest {

    private static String pinned(String message) throws Exception {
        byte[] bytes = message.getBytes(StandardCharsets.ISO_8859_1);
        RtspReader.Unit unit =
                new RtspReader(new ByteArrayInputStream(bytes)).next().orElseThrow();
        return new String(
                RtspTransportHeader.pinned(unit, InetAddress.ofLiteral("192.0.2.7")), StandardCharsets.ISO_8859_1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            RTP/AVP;unicast;client_port=1-2;server_port=3-4                     | RTP/AVP;unicast;client_port=1-2;server_port=3-4;source=192.0.2.7
            RTP/AVP/UDP;unicast;source=10.0.0.1;client_port=1-2;server_port=3-4 | RTP/AVP/UDP;unicast;client_port=1-2;server_port=3-4;source=192.0.2.7
            RTP/AVP;unicast;Destination = 10.0.0.1 ;SOURCE=x;server_port=3-4;   | RTP/AVP;unicast;server_port=3-4;source=192.0.2.7
            RTP/AVP/TCP;unicast;interleaved=0-1;source=10.0.0.1                 | RTP/AVP/TCP;unicast;interleaved=0-1;source=10.0.0.1
            """)
    void mediaOverUdpComesFromTheCheckedAddress(String transport, String expected) throws Exception {
        String message =
                "RTSP/1.0 200 OK\r\nCSeq: 3\r\ntransport: %s\r\nSession: 1\r\nContent-Length: 2\r\n\r\n\u00ff;";

        assertThat(pinned(message.formatted(transport))).isEqualTo(message.formatted(expected));
    }

    @Test
    void otherMessagesAreNotChanged() throws Exception {
        String request = "SETUP rtsp://h/1 RTSP/1.0\r\nTransport: RTP/AVP;unicast;client_port=1-2\r\n\r\n";
        String response = "RTSP/1.0 461 Unsupported transport\r\nCSeq: 3\r\n\r\n";

        assertThat(pinned(request)).isEqualTo(request);
        assertThat(pinned(response)).isEqualTo(response);
    }
}
