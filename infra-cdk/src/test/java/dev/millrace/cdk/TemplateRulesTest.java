package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.cdklabs.cdknag.AwsSolutionsChecks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Aspects;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Annotations;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.services.dynamodb.Attribute;
import software.amazon.awscdk.services.dynamodb.AttributeType;
import software.amazon.awscdk.services.dynamodb.Table;

/** What others know to be wrong in templates: AWS's own rules for solutions, and those of CloudFormation. */
@NeedsNode
class TemplateRulesTest {
    /** CDK itself adds a function's dependency on its role, which the role's ARN says already. */
    private static final String REDUNDANT_DEPENDENCY = "W3005";

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @EnumSource
    void nagHasNothingToSayAndNothingIsSuppressed(Sample sample) {
        PipelineStack stack = stack(Synthesized.app(), sample);
        Aspects.of(stack).add(new AwsSolutionsChecks());

        assertThat(Annotations.fromStack(stack).findError("*", Match.stringLikeRegexp("AwsSolutions-.*")))
                .isEmpty();
        assertThat(Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp("AwsSolutions-.*")))
                .isEmpty();
        assertThat(Synthesized.of(stack).json().toString()).doesNotContain("cdk_nag");
    }

    /** Or the test above would say nothing. */
    @Test
    void nagSpeaksWhereThereIsSomethingToSay() {
        Stack stack = new Stack(Synthesized.app(), "test");
        Table.Builder.create(stack, "Table")
                .partitionKey(Attribute.builder()
                        .name("id")
                        .type(AttributeType.STRING)
                        .build())
                .build();
        Aspects.of(stack).add(new AwsSolutionsChecks());

        assertThat(Annotations.fromStack(stack).findWarning("*", Match.stringLikeRegexp("AwsSolutions-DDB3.*")))
                .isNotEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void cfnLintAcceptsTheTemplate(Sample sample) throws IOException {
        assumeTrue(Programs.answers("cfn-lint", "--version"), "cfn-lint is not installed (pip install cfn-lint)");
        Path template = Files.writeString(
                folder.resolve("template.json"),
                Synthesized.of(stack(Synthesized.app(), sample)).json().toString());

        Programs.Run run = Programs.run(
                folder,
                Map.of(),
                120,
                List.of("cfn-lint", "--ignore-checks", REDUNDANT_DEPENDENCY, "--", template.toString()));

        assertThat(run.output()).isEmpty();
        assertThat(run.exitCode()).isZero();
    }

    private static PipelineStack stack(App app, Sample sample) {
        return new PipelineStack(app, "millrace-" + sample.id(), sample.props().build());
    }
}
