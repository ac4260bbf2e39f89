package dev.millrace.local.simulator;

import java.util.List;

/** Mistakes between stages: what is sent, taken, and late (X). */
final class ExchangeBugs {
    private static final String TAKEN = "return taken != null && exchanged.mark().compareTo(taken) <= 0;";

    private ExchangeBugs() {}

    static List<PlantedBug> all() {
        return List.of(
                PlantedBug.of(
                                "X1",
                                "records for one destination go with one request, and those refused come after later ones",
                                2_000,
                                new Patch(
                                        "exchange/ExchangeEmitter",
                                        "RecordWriter.Order.WITHIN_PARTITION_KEY, pause",
                                        "RecordWriter.Order.WITHIN_PARTITION_KEY_UNLESS_REFUSED, pause"))
                        .under(Circumstances.SMALL_PACKED_RECORDS),
                PlantedBug.of(
                        "X1",
                        "an entry's records are not waited for, and those refused go with the next entry's",
                        2_000,
                        new Patch(
                                "exchange/ExchangeEmitter",
                                "private final Pause pause;",
                                "private final Pause pause; private final List<StreamRecord> refused = new java.util.ArrayList<>();"),
                        new Patch(
                                "exchange/ExchangeEmitter",
                                "pause).write(records);",
                                "pause).writeOnce(records, refused);"),
                        new Patch("sink/RecordWriter", "/** How many records have been written. */", """
                                public void writeOnce(List<StreamRecord> records, List<StreamRecord> refused) {
                                    List<StreamRecord> pending = new ArrayList<>(records);
                                    pending.addAll(refused);
                                    refused.clear();
                                    List<Integer> all = new ArrayList<>();
                                    for (int i = 0; i < pending.size(); i++) {
                                        all.add(i);
                                    }
                                    removeWritten(pending, all, put(List.copyOf(pending)));
                                    refused.addAll(pending);
                                }
                                """)),
                PlantedBug.of(
                        "X1",
                        "a mark is the number of an entry alone",
                        10,
                        new Patch(
                                "engine/Mark",
                                "return order != 0 ? order : Integer.compare(index, other.index);",
                                "return order;")),
                PlantedBug.of(
                        "X1",
                        "marks are not saved",
                        10,
                        new Patch("engine/Upstream", "writer.writeVarint(mark.entry());", "writer.writeVarint(0);")),
                PlantedBug.of(
                        "X1",
                        "the mark of a partition is forgotten once it has ended",
                        2_000,
                        new Patch("engine/Upstreams", TAKEN, """
                                return taken != null
                                        && !isEnded(exchanged.upstream())
                                        && exchanged.mark().compareTo(taken) <= 0;
                                }

                                private boolean isEnded(UpstreamId id) {
                                    Upstream upstream = heard.get(id);
                                    return upstream != null && upstream.end().state() == EntryEnd.State.ENDED;
                                """)),
                PlantedBug.of(
                        "X1",
                        "there is one mark for all that send",
                        10,
                        new Patch(
                                "engine/Upstreams",
                                TAKEN,
                                "return heard.values().stream().anyMatch(any -> exchanged.mark().compareTo(any.mark()) <= 0);")),
                PlantedBug.of(
                        "X3",
                        "a record is late by the watermark before its batch",
                        10,
                        new Patch(
                                "engine/Task",
                                "scope.now(record.arrivalMillis()); long watermark = time.watermarkMillis(record);",
                                "scope.now(record.arrivalMillis()); long watermark = committedProgress.watermark();")),
                PlantedBug.of(
                        "X3",
                        "what was combined is late by the watermark of its last record",
                        10,
                        new Patch(
                                "engine/ExchangeSender",
                                "private final TaskScope task;",
                                "private final TaskScope task; private long lastWatermark = Progress.NO_TIME;"),
                        new Patch(
                                "engine/ExchangeSender",
                                "long place = windowing.placeOf(timeMillis, watermarkMillis);",
                                """
                                lastWatermark = watermarkMillis;
                                long place = windowing.placeOf(timeMillis, watermarkMillis);
                                """),
                        new Patch("engine/ExchangeSender", "byte[] accumulator = encode(state, cell);", """
                                if (windowing.placeOf(cell.start, lastWatermark) == Windowing.LATE) {
                                    continue;
                                }
                                byte[] accumulator = encode(state, cell);
                                """)),
                PlantedBug.of(
                        "X3",
                        "a result has for its event time the watermark of the moment in which it is sent",
                        10,
                        new Patch(
                                "engine/TaskScope",
                                "Floors floors() {",
                                "long watermark() { return progress.get().watermark(); } Floors floors() {"),
                        new Patch(
                                "engine/AggregateOperator",
                                "send(state, window, accumulator, isFinal, false, endMillis - 1);",
                                "send(state, window, accumulator, isFinal, false, Math.max(task.watermark(), endMillis - 1));")),
                PlantedBug.of(
                        "X3",
                        "the watermark that is sent on passes windows that are due and not yet sent",
                        2_000,
                        new Patch(
                                "engine/TaskTime",
                                "sent = Math.min(sent, operator.sentMillis(watermarkMillis));",
                                "sent = Math.max(sent, operator.sentMillis(watermarkMillis));")),
                PlantedBug.of(
                        "X3",
                        "a sender's watermark is taken with the first part of its entry",
                        10,
                        new Patch(
                                "exchange/PackedRecord",
                                "all.add(new Exchanged.OfPart(from, new Mark(epoch, entry, part.index()), part));",
                                """
                                if (all.isEmpty() && parts.end() != null) {
                                    all.add(new Exchanged.OfEnd(from, new Mark(epoch, entry - 1, Integer.MAX_VALUE), parts.end()));
                                }
                                all.add(new Exchanged.OfPart(from, new Mark(epoch, entry, part.index()), part));
                                """)),
                PlantedBug.of(
                        "X4",
                        "who has never spoken does not hold back the others",
                        2_000,
                        new Patch(
                                "engine/Upstreams",
                                "return shard.parents().stream().noneMatch(this::isListed);",
                                "return false;")),
                PlantedBug.of(
                        "X4",
                        "who has ended does not hold back the others, though its children have not spoken",
                        2_000,
                        new Patch(
                                "engine/Upstreams",
                                "yield children.isEmpty() || !children.stream().allMatch(child -> heard.containsKey(child.id()));",
                                "yield children.isEmpty();")),
                PlantedBug.of(
                        "X4",
                        "the watermark is sent only to those that a part is sent to",
                        10,
                        new Patch(
                                "exchange/Packer",
                                "addRecords(stage, outputs.get(0).id(), shard, new Parts(ofShard, end), records);",
                                """
                                if (!ofShard.isEmpty()) {
                                    addRecords(stage, outputs.get(0).id(), shard, new Parts(ofShard, end), records);
                                }
                                """)),
                PlantedBug.of(
                        "X4",
                        "an idle one holds nothing back, whatever arrived since it said so",
                        2_000,
                        new Patch("engine/Upstreams", "if (arrival <= clear) {", "if (arrival <= clear || true) {")));
    }
}
