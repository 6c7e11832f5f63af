package io.xg2g;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The class files of the program. Reading them takes seconds, so a JVM reads them once. */
public final class CodeUnderTest {
    private CodeUnderTest() {}

    /** Returns all classes of the program. */
    public static JavaClasses program() {
        return Program.CLASSES;
    }

    private static final class Program {
        private static final JavaClasses CLASSES = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.xg2g");
    }
}
