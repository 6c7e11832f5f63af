package io.xg2g.source;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Handler that completes the ends of lines in the head of a response: the decoder takes CR LF only, and some programs, as the stream
 * relay of OSCam, send LF alone (RFC 9112, section 2.2, permits to accept it). Of one response, after whose head it removes itself.
 */
final class LineEnds extends ChannelInboundHandlerAdapter {
    /** Name of the decoder in the pipelines of Vert.x. */
    static final String DECODER = "codec";

    private byte last;
    private boolean emptyLine;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (!(message instanceof ByteBuf received)) {
            context.fireChannelRead(message);
            return;
        }
        boolean over = false;
        ByteBuf head = context.alloc().buffer(received.readableBytes() + 16);
        while (received.isReadable() && !over) {
            byte next = received.readByte();
            if (next == '\n') {
                if (last != '\r') {
                    head.writeByte('\r');
                }
                over = emptyLine;
            }
            emptyLine = next == '\n' || (next == '\r' && emptyLine);
            head.writeByte(next);
            last = next;
        }
        context.fireChannelRead(head);
        if (over) {
            context.pipeline().remove(this);
        }
        if (received.isReadable()) {
            context.fireChannelRead(received);
        } else {
            received.release();
        }
    }
}
