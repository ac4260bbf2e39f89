package dev.millrace.state;

import java.util.List;

/**
 * A run of items, as far as one request got.
 *
 * @param items those that exist, by ascending sort key
 * @param next the sort key to go on from: everything before it has been looked at
 */
public record ItemPage(List<StoredItem> items, long next) {
    public ItemPage {
        items = List.copyOf(items);
    }
}
