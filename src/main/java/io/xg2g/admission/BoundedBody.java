package io.xg2g.admission;

import io.vertx.core.http.HttpClosedException;
import io.vertx.ext.web.RoutingContext;
import io.xg2g.http.ResponseEnd;
import io.xg2g.problem.ProblemMapper;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Ends the reading of a body that did not say how long it is, and is longer than a body that is no media may be. */
@Provider
class BoundedBody implements ReaderInterceptor {
    private final RoutingContext exchange;

    BoundedBody(RoutingContext exchange) {
        this.exchange = exchange;
    }

    @ServerExceptionMapper
    Response tooLarge(Endless endless) {
        ResponseEnd.of(exchange).bodyPending();
        return ProblemMapper.response(BodyLimits.tooLarge()).build();
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        if (BodyLimits.appliesTo(exchange)) {
            context.setInputStream(new Counted(context.getInputStream()));
        }
        return context.proceed();
    }

    private static final class Counted extends FilterInputStream {
        private long left = BodyLimits.MOST_BYTES;

        Counted(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            int read;
            try {
                read = super.read(into, from, most);
            } catch (IOException broken) {
                HttpClosedException gone = new HttpClosedException("the body ended before its time");
                gone.addSuppressed(broken);
                throw gone;
            }
            count(Math.max(0, read));
            return read;
        }

        private void count(int read) throws Endless {
            left -= read;
            if (left < 0) {
                throw new Endless();
            }
        }

        /** Parsers close what they have read wrong; the rest of it is not awaited for that. */
        @Override
        public void close() {}
    }

    /** The body goes on. An exception of reading, since parsers pass no others on as they are. */
    static final class Endless extends IOException {
        private static final long serialVersionUID = 1;
    }
}
