package io.xg2g;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The class files of the program and of its tests. Reading either takes seconds, so a JVM reads it once. */
public final class CodeUnderTest {
    private CodeUnderTest() {}

    /** Returns all classes of the program. */
    public static JavaClasses program() {
        return Program.CLASSES;
    }

    /** Returns all classes of the tests. */
    static JavaClasses tests() {
        return Tests.CLASSES;
    }

    private static final class Program {
        private static final JavaClasses CLASSES = read(new ImportOption.DoNotIncludeTests());
    }

    private static final class Tests {
        private static final JavaClasses CLASSES = read(new ImportOption.OnlyIncludeTests());
    }

    private static JavaClasses read(ImportOption which) {
        return new ClassFileImporter().withImportOption(which).importPackages("io.xg2g");
    }
}
