package dev.millrace.local.simulator;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The tables of results: the newest row of each key, and every version that a row ever had. */
final class RowTables {
    static final String VERSION = "millrace_version";

    private final World world;
    private final Map<String, Map<String, AttributeValue>> rows = new TreeMap<>();
    private final Map<String, Map<String, AttributeValue>> versions = new HashMap<>();

    RowTables(World world) {
        this.world = world;
    }

    /** All rows, by table and key. */
    Map<String, Map<String, AttributeValue>> rows() {
        return rows;
    }

    /** @return false if it is refused, since what is there is of the same version or a newer one */
    boolean put(String table, Map<String, AttributeValue> row, boolean isConditional) {
        AttributeValue start = row.get("start");
        String key = table + " " + StateTable.text(row, "key") + (start == null ? "" : " " + start.s());
        String version = StateTable.text(row, VERSION);
        Map<String, AttributeValue> same = versions.putIfAbsent(key + " " + version, row);
        if (same != null && !same.equals(row)) {
            throw world.violated("Version " + version + " of row " + key + " has two contents: expected " + same
                    + ", actual " + row);
        }
        Map<String, AttributeValue> there = rows.get(key);
        if (isConditional && there != null && StateTable.text(there, VERSION).compareTo(version) >= 0) {
            world.happened(Fault.ROW_REFUSED);
            return false;
        }
        world.tell(() -> "  row " + key + " = " + row);
        rows.put(key, row);
        return true;
    }
}
