package io.xg2g.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.xg2g.random.RandomInput;
import io.xg2g.random.RandomTest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;

class XmlTest {

    @RandomTest
    void anAttributeIsReadAsOneWhateverItsValue(RandomInput random) throws Exception {
        String xml = new Xml()
                .open("a")
                .with("b", random.text(20) + "\"&<>'\n\u2028")
                .close()
                .toString();

        Element read = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)))
                .getDocumentElement();

        assertThat(read.getAttributes().getLength()).isEqualTo(1);
        assertThat(read.getAttribute("b")).contains("\"&<>'");
    }
}
