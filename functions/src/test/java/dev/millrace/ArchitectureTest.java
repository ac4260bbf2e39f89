package dev.millrace;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;

/** The boundaries between packages. */
@AnalyzeClasses(packages = "dev.millrace", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.millrace";

    @ArchTest
    static final ArchRule whenTheApiImports_thenNothingInternal = noClasses()
            .that()
            .resideInAPackage(ROOT)
            .should()
            .dependOnClassesThat(projectClassesOutside(ROOT, ROOT + ".codec"))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule whenCodecsImport_thenNothingElseOfTheProject = noClasses()
            .that()
            .resideInAPackage(ROOT + ".codec")
            .should()
            .dependOnClassesThat(projectClassesOutside(ROOT + ".codec"))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule whenTheEngineImports_thenOnlyTheApiCodecsAndFormats = noClasses()
            .that()
            .resideInAPackage(ROOT + ".engine")
            .should()
            .dependOnClassesThat(projectClassesOutside(ROOT, ROOT + ".codec", ROOT + ".engine", ROOT + ".format"))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule whenTheEngineImports_thenNoInputOrOutput = noClasses()
            .that()
            .resideInAnyPackage(ROOT, ROOT + ".codec", ROOT + ".engine")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.nio.file..",
                    "java.nio.channels..",
                    "java.net..",
                    "java.sql..",
                    "org.slf4j..",
                    "software.amazon..",
                    "com.amazonaws..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule whenTheEngineNeedsTime_thenItIsGivenIt = noClasses()
            .that()
            .resideInAnyPackage(ROOT, ROOT + ".codec", ROOT + ".engine", ROOT + ".plan", ROOT + ".state")
            .should()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .allowEmptyShould(true);

    /** A snapshot of a function is restored into many environments: chance, and ids, are for what is made after that. */
    @ArchTest
    static final ArchRule whenIdsAreMade_thenForPartitionsAsTheyAreFirstUsed = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(ROOT + ".lambda.Partitions")
            .should()
            .callMethod(UUID.class, "randomUUID")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule whenAwsIsImported_thenAtTheEdges = noClasses()
            .that()
            .resideOutsideOfPackages(
                    ROOT + ".lambda..", ROOT + ".state.dynamodb..", ROOT + ".sink..", ROOT + ".exchange..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("software.amazon..", "com.amazonaws..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule whenStateLogsImport_thenNeitherDriversNorSinks = noClasses()
            .that()
            .resideInAPackage(ROOT + ".state..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(ROOT + ".lambda..", ROOT + ".driver..", ROOT + ".sink..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule whenPackagesImportEachOther_thenOneWay =
            slices().assignedFrom(packages()).should().beFreeOfCycles().allowEmptyShould(true);

    private static DescribedPredicate<JavaClass> projectClassesOutside(String... packages) {
        return JavaClass.Predicates.resideInAPackage(ROOT + "..")
                .and(JavaClass.Predicates.resideOutsideOfPackages(packages));
    }

    private static SliceAssignment packages() {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                String name = javaClass.getPackageName();
                return name.startsWith(ROOT) ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "the project's packages";
            }
        };
    }
}
