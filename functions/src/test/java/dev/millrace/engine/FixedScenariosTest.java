package dev.millrace.engine;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** A few scenarios of the property tests, the same each time: mutation tests need examples that are quick and do not change. */
class FixedScenariosTest {
    private static final int FEW = 40;
    private static final String SEED = "17";

    @Provide
    Arbitrary<Scenario> scenarios() {
        return Scenarios.scenarios();
    }

    @Provide
    Arbitrary<Scenario> closing() {
        return MemoryPropertyTest.closing();
    }

    @Property(tries = FEW, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void whenRecordsAreAppliedOneAtATime(@ForAll("scenarios") Scenario scenario) {
        new BatchingPropertyTest().whenRecordsAreAppliedOneAtATime_thenResultsAreThoseOfTheReference(scenario);
    }

    @Property(tries = FEW, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void whenRecordsAreAppliedInBatchesWithFaults(@ForAll("scenarios") Scenario scenario) {
        new BatchingPropertyTest()
                .whenRecordsAreAppliedInBatchesWithFaults_thenResultsAndStateAreThoseOfOneAtATime(scenario);
    }

    @Property(tries = FEW, seed = SEED, edgeCases = EdgeCasesMode.NONE)
    void whenAllWindowsHaveClosed(@ForAll("closing") Scenario scenario) {
        new MemoryPropertyTest().whenAllWindowsHaveClosed_thenNothingIsKept(scenario);
    }
}
