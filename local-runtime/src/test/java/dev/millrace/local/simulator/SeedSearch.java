package dev.millrace.local.simulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Simulates seeds from 0 on until one finds a violation: its number, and what was violated. What goes in and out is Java's own,
 * since it runs in a patched product, whose classes are no others' classes.
 */
final class SeedSearch implements IntFunction<Optional<Map.Entry<Long, String>>> {
    /** One that runs in a patched product. */
    @SuppressWarnings("unchecked") // It is the same class, from another loader.
    static IntFunction<Optional<Map.Entry<Long, String>>> in(PatchedProduct product) {
        try {
            var constructor = product.loadClass(SeedSearch.class.getName()).getDeclaredConstructor();
            constructor.setAccessible(true);
            return (IntFunction<Optional<Map.Entry<Long, String>>>) constructor.newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<Map.Entry<Long, String>> apply(int mostSeeds) {
        List<Simulator.Finding> violations =
                new Simulator(0, mostSeeds, 1, null).run(done -> {}).violations();
        return violations.stream().findFirst().map(found -> Map.entry(found.seed(), found.message()));
    }
}
