package dev.millrace.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.engine.Scenario.Input;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Once all windows have closed, nothing of their keys is left: neither in the state log nor in memory. */
class MemoryTest {
    private static final long LATER_MILLIS = 1_000_000;

    @Provide
    Arbitrary<Scenario> closing() {
        return Scenarios.scenarios().map(scenario -> {
            List<Input> inputs = new ArrayList<>(scenario.inputs());
            inputs.add(new Input.Tick(2 * LATER_MILLIS, true));
            return new Scenario(
                    scenario.aggregates(),
                    scenario.outOfOrder(),
                    inputs,
                    scenario.limits(),
                    scenario.environments(),
                    scenario.seed());
        });
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void whenAllWindowsHaveClosed_thenNothingIsKept(@ForAll("closing") Scenario scenario) {
        TestEnvironment one =
                BatchingPropertyTest.oneAtATime(scenario, new TestPartition(scenario.pipeline(), scenario.limits()));
        assertThat(one.cells()).isEmpty();
        assertThat(kept(one.task())).isEmpty();

        TestEnvironment faulty = new FaultyRun(scenario).run();
        assertThat(faulty.cells()).isEmpty();
        assertThat(kept(faulty.task())).isEmpty();
    }

    @Test
    void whenAWindowIsOpen_thenItsKeyIsFoundInMemory() {
        List<Input> inputs = List.of(new Input.Arrival(new Event("a", LATER_MILLIS, 1), LATER_MILLIS));
        Scenario sample = Scenarios.scenarios().sample();
        Scenario scenario =
                new Scenario(sample.aggregates(), sample.outOfOrder(), inputs, sample.limits(), 1, sample.seed());
        TestEnvironment open =
                BatchingPropertyTest.oneAtATime(scenario, new TestPartition(scenario.pipeline(), scenario.limits()));

        assertThat(kept(open.task())).hasSizeGreaterThan(1);
    }

    /** All keys' states and cells that can be reached from a task, however it keeps them. */
    private static List<Object> kept(Task task) {
        List<Object> kept = new ArrayList<>();
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> next = new ArrayDeque<>(List.of(task));
        while (!next.isEmpty()) {
            Object object = next.pop();
            if (!seen.add(object)) {
                continue;
            }
            if (object instanceof KeyState || object instanceof Cell) {
                kept.add(object);
            }
            for (@Nullable Object part : parts(object)) {
                if (part != null) {
                    next.push(part);
                }
            }
        }
        return kept;
    }

    private static List<@Nullable Object> parts(Object object) {
        List<@Nullable Object> parts = new ArrayList<>();
        if (object instanceof Collection<?> collection) {
            parts.addAll(collection);
        } else if (object instanceof Map<?, ?> map) {
            parts.addAll(map.keySet());
            parts.addAll(map.values());
        } else if (object instanceof Object[] array) {
            for (int i = 0; i < array.length; i++) {
                parts.add(Array.get(array, i));
            }
        } else {
            // The project's own classes; what others keep is reached through collections.
            for (Class<?> type = object.getClass();
                    type != null && type.getName().startsWith("dev.millrace.");
                    type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !field.getType().isPrimitive()) {
                        parts.add(value(field, object));
                    }
                }
            }
        }
        return parts;
    }

    private static @Nullable Object value(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
