package io.xg2g.service;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.stream.Stream;

/** Addresses that a client must not have fetched; {@code %d} is a port with a listener. */
final class ForbiddenAddresses {
    private static final String ADDRESSES = """
            http://127.0.0.1:%d/
            https://127.0.0.1:%d/
            rtsp://127.0.0.1:%d/stream
            rtsps://127.0.0.1:%d/stream
            srt://127.0.0.1:%d
            udp://127.0.0.1:%d
            udp://@127.0.0.1:%d
            udp://239.1.1.1:%d
            udp://@239.1.1.1:%d
            udp://93.184.216.34:%d
            HTTP://127.0.0.1:%d/
            http://127.0.0.2:%d/
            http://127.255.255.254:%d/
            http://127.0.0.1.:%d/
            http://127.1:%d/
            http://127.0.1:%d/
            http://2130706433:%d/
            http://0x7f000001:%d/
            http://0x7f.0.0.1:%d/
            http://0x7f.1:%d/
            http://0177.0.0.1:%d/
            http://00000177.0.0.1:%d/
            http://017700000001:%d/
            http://127.0.0.01:%d/
            http://0.0.0.0:%d/
            http://0:%d/
            http://[::1]:%d/
            http://[::]:%d/
            http://[0:0:0:0:0:0:0:1]:%d/
            http://[::ffff:127.0.0.1]:%d/
            http://[::ffff:7f00:1]:%d/
            http://[0:0:0:0:0:ffff:127.0.0.1]:%d/
            http://[::127.0.0.1]:%d/
            http://[::ffff:0:127.0.0.1]:%d/
            http://[64:ff9b::127.0.0.1]:%d/
            http://[2002:7f00:1::]:%d/
            http://[fe80::1%%25lo]:%d/
            http://[::1%%25lo]:%d/
            http://localhost:%d/
            http://LOCALHOST:%d/
            http://localhost.:%d/
            http://a.localhost:%d/
            http://inside.example.org:%d/
            http://INSIDE.example.org.:%d/
            http://inside6.example.org:%d/
            http://mapped.example.org:%d/
            http://mixed.example.org:%d/
            http://zero.example.org:%d/
            rtsp://inside.example.org:%d/
            srt://inside.example.org:%d
            http://private.example.org/
            http://carrier.example.org/
            http://metadata.example.org/latest/meta-data/
            http://169.254.169.254/latest/meta-data/
            http://169.254.169.254.:80/
            http://2852039166/latest/meta-data/
            http://0xa9fea9fe/
            http://[::ffff:169.254.169.254]/
            http://[fd00:ec2::254]/latest/meta-data/
            http://[fd20:ce::254]/computeMetadata/v1/
            http://100.100.100.200/latest/meta-data/
            http://168.63.129.16/machine/
            http://192.0.0.192/
            http://10.0.0.1/
            http://172.16.0.1/
            http://172.31.255.255/
            http://192.168.0.1/
            http://100.64.0.1/
            http://198.18.0.1/
            http://224.0.0.1/
            http://255.255.255.255/
            http://[fc00::1]/
            http://[fd12:3456::1]/
            http://[ff02::1]/
            http://93.184.216.34:22/
            http://93.184.216.34:25/
            http://93.184.216.34:0/
            http://93.184.216.34:65536/
            http://93.184.216.34@127.0.0.1:%d/
            http://93.184.216.34:80@127.0.0.1:%d/
            http://user:secret@127.0.0.1:%d/secret?secret
            http://a@b@127.0.0.1:%d/
            http://127.0.0.1:%d@@93.184.216.34/
            http://127.0.0.1:%d\\@93.184.216.34/
            http://93.184.216.34\\@127.0.0.1:%d/
            http://93.184.216.34#@127.0.0.1:%d/
            http://93.184.216.34/#@127.0.0.1:%d/
            http://93.184.216.34?@127.0.0.1:%d/#
            http://%%31%%32%%37.0.0.1:%d/
            http://127.0.0.1%%00.example.org:%d/
            http://１２７.０.０.１:%d/
            http://①②⑦.⓪.⓪.①:%d/
            http://127。0。0。1:%d/
            http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:%d/
            http://[::1:%d/
            http://::1:%d/
            http:127.0.0.1:%d/
            http:/127.0.0.1:%d/
            http:///127.0.0.1:%d/
            http:\\\\127.0.0.1:%d/
            //127.0.0.1:%d/
            127.0.0.1:%d
            srt://93.184.216.34:9000?mode=listener
            srt://93.184.216.34:9000?mode=rendezvous&localport=%d
            srt://93.184.216.34:9000?mode=caller&localaddr=127.0.0.1
            srt://93.184.216.34
            file:///etc/passwd
            file:/etc/passwd
            file://localhost/etc/passwd
            FILE:///etc/passwd
            /etc/passwd
            concat:/etc/passwd|/etc/hostname
            concat:http://127.0.0.1:%d/
            concatf:/etc/passwd
            subfile,,start,0,end,0,,:/etc/passwd
            data:video/mp2t;base64,Rw==
            crypto:http://127.0.0.1:%d/
            crypto+http://127.0.0.1:%d/
            hls+http://127.0.0.1:%d/
            httpproxy://127.0.0.1:%d/a:80
            tcp://127.0.0.1:%d
            tls://127.0.0.1:%d
            unix:/run/docker.sock
            pipe:0
            fd:0
            cache:http://127.0.0.1:%d/
            async:http://127.0.0.1:%d/
            tee:/tmp/x
            ffrtmphttp://127.0.0.1:%d/
            rtmp://127.0.0.1:%d/a/b
            rtp://127.0.0.1:%d
            srtp://127.0.0.1:%d
            mmsh://127.0.0.1:%d/
            ftp://127.0.0.1:%d/
            sftp://127.0.0.1:%d/
            smb://127.0.0.1/share
            gopher://127.0.0.1:%d/_x
            ipfs://x
            jar:http://127.0.0.1:%d/!/
            javascript:alert(1)
            -i
            http://
            """;

    private ForbiddenAddresses() {}

    static Stream<String> addresses(int port) {
        return ADDRESSES
                .replace("%d", Integer.toString(port))
                .replace("%%", "%")
                .lines();
    }

    /** Whether it is a URL. */
    static boolean isUrl(String address) {
        try {
            URI uri = new URI(address);
            boolean hierarchical = address.matches("(?i)(http|https|rtsp|rtsps|srt|udp):.*");
            String authority = uri.getRawAuthority();
            // Two @ are ambiguous: one in a user name has to be percent-encoded.
            boolean ambiguous = authority != null && authority.indexOf('@') != authority.lastIndexOf('@');
            return uri.getScheme() != null && (!hierarchical || authority != null) && !ambiguous;
        } catch (URISyntaxException none) {
            return false;
        }
    }
}
