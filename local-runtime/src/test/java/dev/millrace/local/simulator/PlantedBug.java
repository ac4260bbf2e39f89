package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A mistake that the protocol could be implemented with.
 *
 * @param rule the number of the rule that it breaks, as in docs/architecture.md
 * @param sentence what goes wrong, in a few words
 * @param seeds within how many it must be found
 * @param circumstances in which it is looked for
 * @param patches what the mistake is, in the product's source
 */
record PlantedBug(String rule, String sentence, int seeds, Circumstances circumstances, List<Patch> patches) {
    static PlantedBug of(String rule, String sentence, int seeds, Patch... patches) {
        return new PlantedBug(rule, sentence, seeds, Circumstances.STANDARD, List.of(patches));
    }

    PlantedBug under(Circumstances other) {
        return new PlantedBug(rule, sentence, seeds, other, patches);
    }

    /**
     * What the classes that it changes are to be, by their names.
     *
     * @throws Patch.DoesNotFit if the product is another by now
     */
    Map<String, String> sources() {
        List<Patch> all = new ArrayList<>(circumstances.patches());
        all.addAll(patches);
        Map<String, String> sources = new LinkedHashMap<>();
        for (Patch patch : all) {
            String source = sources.computeIfAbsent(patch.className(), absent -> patch.read());
            sources.put(patch.className(), patch.applyTo(source));
        }
        return sources;
    }

    /** Plants it, and looks for it from seed 0 on. */
    Optional<Map.Entry<Long, String>> search() {
        return SeedSearch.in(PatchedProduct.of(sources()), circumstances).apply(seeds);
    }

    @Override
    public String toString() {
        return rule + ": " + sentence;
    }
}
