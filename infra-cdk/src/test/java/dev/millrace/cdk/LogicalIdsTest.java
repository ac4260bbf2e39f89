package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * CloudFormation knows a resource by its logical id: with another one it would make a second stream or table, and the first
 * one's records would be left behind. If this test fails, deployed pipelines would lose their state.
 */
@NeedsNode
class LogicalIdsTest {
    private static final List<String> STATEFUL = List.of("AWS::Kinesis::Stream", "AWS::DynamoDB::Table");

    @Test
    void streamsAndTablesOfClickstreamKeepTheirIds() {
        assertThat(ids(Sample.CLICKSTREAM))
                .containsExactly(
                        "PipelineStreamclicksFFD1943A",
                        "PipelineStreamclickstreampages319A3F65",
                        "PipelineStreamclicksdeadlettersA223564A",
                        "PipelineStateCFAB434F",
                        "PipelineTablepageviewsF3C7097B");
    }

    @Test
    void streamsAndTablesOfWordCountKeepTheirIds() {
        assertThat(ids(Sample.WORD_COUNT))
                .containsExactly(
                        "PipelineStreamlinesBC09FD6A",
                        "PipelineStreamwordcountwords77E38B9C",
                        "PipelineStreamwordcountdeadlettersECDCA693",
                        "PipelineStateCFAB434F",
                        "PipelineTablewordcountsA88B8680",
                        "PipelineTablewordcountsperminuteA97E47FF");
    }

    private static List<String> ids(Sample sample) {
        Synthesized stack = Synthesized.of(sample.props());
        List<String> ids = new ArrayList<>();
        STATEFUL.forEach(type -> ids.addAll(stack.resources(type).keySet()));
        return ids;
    }
}
