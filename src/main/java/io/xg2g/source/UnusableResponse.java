package io.xg2g.source;

import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLException;

/** A server responded, but not in a way that can be used. The message is a sentence that clients may see. */
public final class UnusableResponse extends IOException {
    private static final long serialVersionUID = 1;

    /** Messages of TLS libraries can contain text of the server, in any length. */
    private static final int MAX_REASON = 200;

    UnusableResponse(String sentence) {
        super(sentence);
    }

    UnusableResponse(String sentence, Throwable cause) {
        super(sentence, cause);
    }

    /**
     * Returns the reason why a request failed: a refused certificate, a failed TLS handshake, or bytes that are not HTTP; any
     * other failure as it is, or as the cause of an {@code IOException}.
     */
    static IOException of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof SSLException) {
                return new UnusableResponse("the connection by TLS failed: " + reason(failure), failure);
            }
        }
        // Netty reports the malformed part of a response by this type: its version, its status, a header.
        if (failure instanceof IllegalArgumentException) {
            return new UnusableResponse("the server's response is not HTTP", failure);
        }
        return failure instanceof IOException known ? known : new IOException("no response", failure);
    }

    /** Returns the message of the innermost cause, which names what is wrong with the certificate, in printable characters. */
    private static String reason(Throwable failure) {
        Throwable innermost = failure;
        while (innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        String text = String.valueOf(innermost.getMessage()).replaceAll("[^\\x20-\\x7e]", "?");
        return text.length() > MAX_REASON ? text.substring(0, MAX_REASON) : text;
    }
}
