package dev.millrace.local.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.engine.HashRange;
import dev.millrace.local.source.SourceShard;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
    private static final String SHARD = "shardId-000000000000";
    private static final String OTHER = "shardId-000000000001";

    /** The other shard, closed. */
    private static SourceShard closed(long createdMillis, long endOrdinal) {
        return new SourceShard(OTHER, List.of(), HashRange.ALL, endOrdinal + " " + createdMillis);
    }

    @TempDir
    Path temporary;

    @Test
    void inMemory_theyLastAsLongAsTheObject() {
        Checkpoints checkpoints = Checkpoints.inMemory();
        assertThat(checkpoints.lastDone(SHARD)).isEmpty();

        checkpoints.done(SHARD, "17");

        assertThat(checkpoints.lastDone(SHARD)).hasValue("17");
        assertThat(checkpoints.lastDone(OTHER)).isEmpty();
        assertThat(Checkpoints.inMemory().lastDone(SHARD)).isEmpty();
        assertThat(Checkpoints.inMemory().mappingId()).isNotEqualTo(checkpoints.mappingId());
    }

    @Test
    void inADirectory_theySurviveReopening() {
        Path directory = temporary.resolve("not").resolve("there");
        Checkpoints checkpoints = Checkpoints.inDirectory(directory);
        assertThat(checkpoints.lastDone(SHARD)).isEmpty();
        checkpoints.done(SHARD, "17");
        checkpoints.done(SHARD, "18");
        checkpoints.complete(closed(7, 20));

        Checkpoints reopened = Checkpoints.inDirectory(directory);

        assertThat(reopened.lastDone(SHARD)).hasValue("18");
        assertThat(reopened.lastDone(OTHER)).isEmpty();
        assertThat(reopened.isComplete(closed(7, 20))).isTrue();
        reopened.done(SHARD, "19");
        assertThat(Checkpoints.inDirectory(directory).lastDone(SHARD)).hasValue("19");
    }

    @Test
    void theMappingId_isThatOfTheDirectory() {
        String id = Checkpoints.inDirectory(temporary.resolve("a")).mappingId();

        assertThat(id).isNotBlank();
        assertThat(Checkpoints.inDirectory(temporary.resolve("a")).mappingId()).isEqualTo(id);
        assertThat(Checkpoints.inDirectory(temporary.resolve("b")).mappingId()).isNotEqualTo(id);
    }

    @Test
    void aCompleteShard_hasNoLastRecord() {
        Checkpoints checkpoints = Checkpoints.inDirectory(temporary);
        checkpoints.done(OTHER, "17");

        checkpoints.complete(closed(7, 20));

        assertThat(checkpoints.isComplete(closed(7, 20))).isTrue();
        assertThat(checkpoints.lastDone(OTHER)).isEmpty();
        assertThat(checkpoints.lastDone(SHARD)).isEmpty();
    }

    @Test
    void aShardOfAStreamThatWasMadeAgain_isNotComplete() {
        Checkpoints checkpoints = Checkpoints.inDirectory(temporary);
        checkpoints.complete(closed(7, 20));

        assertThat(checkpoints.isComplete(closed(7, 21))).isFalse();
        assertThat(checkpoints.isComplete(closed(8, 20))).isFalse();
    }

    @Test
    void halfAFileOfAWriteThatDidNotEnd_isHarmless() throws IOException {
        Checkpoints checkpoints = Checkpoints.inDirectory(temporary);
        checkpoints.done(SHARD, "4017");
        Files.writeString(temporary.resolve(SHARD + ".new"), "40");
        Files.writeString(temporary.resolve(OTHER + ".new"), "compl");
        Files.writeString(temporary.resolve("mapping-id.new"), "");

        Checkpoints reopened = Checkpoints.inDirectory(temporary);

        assertThat(reopened.mappingId()).isEqualTo(checkpoints.mappingId());
        assertThat(reopened.lastDone(SHARD)).hasValue("4017");
        assertThat(reopened.lastDone(OTHER)).isEmpty();
        reopened.done(SHARD, "4018");
        assertThat(Checkpoints.inDirectory(temporary).lastDone(SHARD)).hasValue("4018");
    }

    @Test
    void whereNoDirectoryCanBe_thatIsReported() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "");

        assertThatThrownBy(() -> Checkpoints.inDirectory(file)).isInstanceOf(UncheckedIOException.class);
    }
}
