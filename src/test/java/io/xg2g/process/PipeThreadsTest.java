package io.xg2g.process;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import io.xg2g.CodeUnderTest;
import org.junit.jupiter.api.Test;

/** A blocked read or write of a pipe holds the carrier of a virtual thread, of which there are at most 256. */
class PipeThreadsTest {
    @Test
    void pipesOfChildProcessesAreReadAndWrittenOnPlatformThreads() {
        DescribedPredicate<JavaClass> usePipes = DescribedPredicate.describe(
                "use the streams of a child process",
                type -> type.getMethodCallsFromSelf().stream().anyMatch(PipeThreadsTest::isPipe));
        noClasses()
                .that(usePipes)
                .should()
                .callMethodWhere(JavaCall.Predicates.target(DescribedPredicate.describe(
                        "a start of virtual threads",
                        target -> target.getName().matches("ofVirtual|startVirtualThread|newVirtualThread.*"))))
                .check(CodeUnderTest.program());
    }

    private static boolean isPipe(JavaAccess<?> access) {
        String owner = access.getTargetOwner().getName();
        return (owner.equals("java.lang.Process") && access.getName().matches("get(Input|Output|Error)Stream"))
                || (owner.equals("io.xg2g.ffmpeg.MediaProcess")
                        && access.getName().matches("std(in|out)"));
    }
}
