package io.xg2g.gpu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Signatures of C functions: a native executable can call only those registered at build time. */
public final class Downcalls {
    private static final String METADATA = "/META-INF/native-image/io.xg2g/xg2g-gpu/reachability-metadata.json";

    private Downcalls() {}

    /** The registered signatures. */
    public static Set<String> registered() throws IOException {
        Set<String> registered = new HashSet<>();
        JsonNode metadata = new ObjectMapper().readTree(Downcalls.class.getResourceAsStream(METADATA));
        for (JsonNode downcall : metadata.at("/foreign/downcalls")) {
            registered.add(downcall.get("returnType") + " " + downcall.get("parameterTypes"));
        }
        return registered;
    }

    /** Text of a signature in the format of the registration. */
    public static String text(FunctionDescriptor signature) {
        return signature.returnLayout().map(Downcalls::text).orElse("")
                + " "
                + signature.argumentLayouts().stream().map(Downcalls::text).collect(Collectors.joining(",", "[", "]"));
    }

    private static String text(MemoryLayout layout) {
        return layout instanceof AddressLayout ? "\"void*\"" : "\"" + ((ValueLayout) layout).carrier() + "\"";
    }
}
