package dev.millrace.local.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.local.aws.AwsClients;
import dev.millrace.local.testing.AwsData;
import dev.millrace.plan.Plan;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.TreeMap;

/** Prints the rows of a pipeline's tables: for each a JSON object with the table's name and the row, in the order of their text. */
final class Rows {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Rows() {}

    static void print(Plan plan, AwsClients clients, PrintWriter out) {
        AwsData data = new AwsData(clients);
        plan.stages().stream()
                .flatMap(stage -> stage.tables().stream())
                .map(table -> table.name())
                .distinct()
                .forEach(table -> data.rows(table).stream()
                        .map(row -> new TreeMap<>(row))
                        .map(row -> json(table, row))
                        .sorted(Comparator.naturalOrder())
                        .forEach(out::println));
    }

    private static String json(String table, Object row) {
        try {
            return MAPPER.writeValueAsString(
                    MAPPER.createObjectNode().put("table", table).set("row", MAPPER.valueToTree(row)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
