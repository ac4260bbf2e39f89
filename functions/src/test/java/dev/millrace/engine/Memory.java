package dev.millrace.engine;

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
import org.jspecify.annotations.Nullable;

/** What a task holds on to. */
final class Memory {
    private Memory() {}

    /** All keys' states and cells that can be reached from a task, however it keeps them. */
    static List<Object> kept(Task task) {
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
            Collections.addAll(parts, array);
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
