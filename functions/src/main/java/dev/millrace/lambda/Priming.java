package dev.millrace.lambda;

import dev.millrace.Pipeline;
import dev.millrace.Transform;
import dev.millrace.plan.Stage;
import dev.millrace.state.Consistency;
import dev.millrace.state.ItemKey;
import dev.millrace.state.LogName;
import dev.millrace.state.StateLogStore;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.crac.Context;
import org.crac.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Lambda runs before it takes a snapshot of a function with SnapStart: what the first batch needs is loaded, and has run.
 * It writes nothing, and asks for nothing that the stage is not permitted. What fails is logged, and the snapshot taken all the
 * same.
 *
 * <p>A snapshot is restored into many environments: nothing that tells one from another may be in it. Partitions, with their
 * writers' ids, are made when they are first used, which is after the restore; here none is used. Connections that the snapshot
 * has, and are gone, are opened anew by the HTTP client, which keeps none for longer than some seconds; credentials are
 * refreshed by the SDK once they expire.
 */
final class Priming implements Resource {
    private static final Logger LOG = LoggerFactory.getLogger(Priming.class);
    /** No shard has this id: there is no such log. */
    private static final String NO_SHARD = "priming";

    private final Pipeline pipeline;
    private final Stage stage;
    private final SourceShards shards;
    private final StateLogStore store;

    /**
     * @param shards of the stage's input stream, of the client that batches use
     * @param store of the state table, likewise
     */
    Priming(Pipeline pipeline, Stage stage, SourceShards shards, StateLogStore store) {
        this.pipeline = pipeline;
        this.stage = stage;
        this.shards = shards;
        this.store = store;
    }

    @Override
    public void beforeCheckpoint(Context<? extends Resource> context) {
        attempt("rehearse a batch", Rehearsal::run);
        attempt("read the state table", this::readStateTable);
        attempt("list the shards of " + stage.inputStream(), shards::list);
        if (stage.readsSource()) {
            useCodec();
        }
    }

    @Override
    public void afterRestore(Context<? extends Resource> context) {
        // Nothing to mend: see above.
    }

    /** As a load does it: connects, signs, and reads nothing. */
    private void readStateTable() {
        ItemKey absent = ItemKey.header(new LogName(pipeline.name(), stage.name(), NO_SHARD), 0);
        store.readLast(absent, Consistency.EVENTUAL);
        store.read(absent, Consistency.EVENTUAL);
        store.readAll(List.of(absent), Consistency.EVENTUAL);
    }

    /** The only code of the user's that runs here. It must cope with data that it cannot decode, and most likely does not know. */
    private void useCodec() {
        Transform.Source source = (Transform.Source) pipeline.operators().get(0).transform();
        try {
            source.codec().decode("{}".getBytes(StandardCharsets.UTF_8));
        } catch (Throwable e) { // Whatever it is: it must not keep the snapshot from being taken.
            LOG.debug("The codec refuses an empty object, which is its right", e);
        }
    }

    private static void attempt(String what, Runnable action) {
        try {
            action.run();
        } catch (Throwable e) { // Likewise.
            LOG.warn("Priming could not {}: the first batch will take longer", what, e);
        }
    }
}
