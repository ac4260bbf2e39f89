package dev.millrace.sink;

/**
 * The identity of an output: which entry of which log it was committed with, and where in that entry's outbox it stands. It
 * is the same however often the output is emitted, and no other output has it (rule E1 of the state log).
 *
 * <p>{@link #toString} gives its stable text form, {@code pipeline/stage/partition/epoch/number/index}, such as
 * {@code clickstream/counts/shardId-000000000000/1/42/0}. Only a stage may contain slashes, so the text is unambiguous; and
 * it holds nothing that would have to be escaped in JSON.
 *
 * @param pipeline the pipeline's name
 * @param stage the stage's name
 * @param partition the partition: the shard that it is named for
 * @param epoch the life of the partition's log
 * @param number the number of the entry in that log
 * @param index the place in the entry's outbox, from 0
 */
public record OutputId(String pipeline, String stage, String partition, long epoch, long number, int index) {
    private static final String OF_NAMES = "_.-";
    /** A stage may have the name of an operator, which may be derived from its place. */
    private static final String OF_STAGES = OF_NAMES + "/:";

    public OutputId {
        check("pipeline", pipeline, OF_NAMES);
        check("stage", stage, OF_STAGES);
        check("partition", partition, OF_NAMES);
        if (epoch < 0 || number < 0 || index < 0) {
            throw new IllegalArgumentException(
                    "not an output's id: epoch " + epoch + ", number " + number + ", index " + index);
        }
    }

    /** The id of another output of the same entry. */
    public OutputId at(int otherIndex) {
        return new OutputId(pipeline, stage, partition, epoch, number, otherIndex);
    }

    RowVersion version() {
        return new RowVersion(epoch, number, index);
    }

    @Override
    public String toString() {
        return pipeline + "/" + stage + "/" + partition + "/" + epoch + "/" + number + "/" + index;
    }

    /** By hand, since each output has an id, and a pattern takes longer than the rest of it. */
    private static void check(String what, String name, String others) {
        boolean isName = !name.isEmpty();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            isName &= (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || others.indexOf(c) >= 0;
        }
        if (!isName) {
            throw new IllegalArgumentException("'" + name + "' cannot name the " + what
                    + " in an output's id: it must be of letters, digits and " + others);
        }
    }
}
