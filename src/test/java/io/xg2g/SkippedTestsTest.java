package io.xg2g;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

/** A test that a machine cannot run fails and says what is missing; a skipped one would look like a passed one. */
class SkippedTestsTest {
    @Test
    void noTestMakesAssumptions() {
        check(noClasses()
                .should()
                .dependOnClassesThat(simpleNameEndingWith("Assumptions").or(simpleName("Disabled")))
                .because("what is missing must be an error"));
    }

    /** Random tests report the seed of what fails, and let what others abort pass. */
    @Test
    void noTestAbortsItself() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.xg2g.random")
                .should()
                .dependOnClassesThat(simpleName("TestAbortedException"))
                .because("what is missing must be an error"));
    }

    @Test
    void onlyTestsThatNeedRootDependOnAConditionAndSaySoInTheirName() {
        check(noClasses()
                .that()
                .haveSimpleNameNotEndingWith("AsRootIT")
                .should()
                .dependOnClassesThat(resideInAPackage("org.junit.jupiter.api.condition"))
                .because("a condition must be visible in the name"));
    }

    private static void check(ArchRule rule) {
        rule.check(CodeUnderTest.tests());
    }
}
