package dev.millrace.engine;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The cells of one key, by namespace in ascending order. Most keys have one cell, and a partition has very many keys, so this
 * is two arrays rather than a tree. Read as a map; changed by {@link #set} and {@link #drop} only.
 */
final class KeyCells extends AbstractMap<Long, byte[]> {
    private long[] namespaces = new long[1];
    private byte[][] values = new byte[1][];
    private int size;

    /** @return the value that was there, or null */
    byte @Nullable [] set(long namespace, byte[] value) {
        int index = Arrays.binarySearch(namespaces, 0, size, namespace);
        if (index >= 0) {
            byte[] old = values[index];
            values[index] = value;
            return old;
        }
        int at = -index - 1;
        if (size == namespaces.length) {
            namespaces = Arrays.copyOf(namespaces, size + (size >> 1) + 1);
            values = Arrays.copyOf(values, namespaces.length);
        }
        System.arraycopy(namespaces, at, namespaces, at + 1, size - at);
        System.arraycopy(values, at, values, at + 1, size - at);
        namespaces[at] = namespace;
        values[at] = value;
        size++;
        return null;
    }

    /** @return the value that was there, or null */
    byte @Nullable [] drop(long namespace) {
        int index = Arrays.binarySearch(namespaces, 0, size, namespace);
        if (index < 0) {
            return null;
        }
        byte[] old = values[index];
        size--;
        System.arraycopy(namespaces, index + 1, namespaces, index, size - index);
        System.arraycopy(values, index + 1, values, index, size - index);
        // The last one's array must not be held on to.
        values[size] = new byte[0];
        return old;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void forEach(BiConsumer<? super Long, ? super byte[]> action) {
        for (int i = 0; i < size; i++) {
            action.accept(namespaces[i], values[i]);
        }
    }

    @Override
    public Set<Map.Entry<Long, byte[]>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public int size() {
                return size;
            }

            @Override
            public Iterator<Map.Entry<Long, byte[]>> iterator() {
                return new Iterator<>() {
                    private int next;

                    @Override
                    public boolean hasNext() {
                        return next < size;
                    }

                    @Override
                    public Map.Entry<Long, byte[]> next() {
                        if (next >= size) {
                            throw new NoSuchElementException();
                        }
                        Map.Entry<Long, byte[]> entry = Map.entry(namespaces[next], values[next]);
                        next++;
                        return entry;
                    }
                };
            }
        };
    }
}
