package dev.millrace.local.simulator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Simulates seeds from 0 on until one finds a violation: its number, and what was violated. What goes in and out is Java's own,
 * since it runs in a patched product, whose classes are no others' classes.
 */
final class SeedSearch implements IntFunction<Optional<Map.Entry<Long, String>>> {
    private final @Nullable PipelineShape shape;
    private final @Nullable Profile profile;

    /** By their names, since they are of the patched product. */
    SeedSearch(@Nullable String shape, @Nullable String profile) {
        this.shape = shape == null ? null : PipelineShape.valueOf(shape);
        this.profile = profile == null ? null : Profile.valueOf(profile);
    }

    /** One that runs in a patched product. */
    @SuppressWarnings("unchecked") // It is the same class, from another loader.
    static IntFunction<Optional<Map.Entry<Long, String>>> in(PatchedProduct product, Circumstances circumstances) {
        PipelineShape shape = circumstances.shape();
        Profile profile = circumstances.profile();
        try {
            var constructor =
                    product.loadClass(SeedSearch.class.getName()).getDeclaredConstructor(String.class, String.class);
            constructor.setAccessible(true);
            return (IntFunction<Optional<Map.Entry<Long, String>>>) constructor.newInstance(
                    shape == null ? null : shape.name(), profile == null ? null : profile.name());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Optional<Map.Entry<Long, String>> apply(int mostSeeds) {
        List<Simulator.Finding> violations =
                new Simulator(0, mostSeeds, 1, shape, profile).run(done -> {}).violations();
        return violations.stream().findFirst().map(found -> Map.entry(found.seed(), found.message()));
    }
}
