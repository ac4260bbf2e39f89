package dev.millrace.cdk.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.cdk.NeedsNode;
import dev.millrace.cdk.PipelineStack;
import dev.millrace.cdk.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.App;
import software.amazon.awscdk.assertions.Template;

@NeedsNode
class MainTest {
    @TempDir
    private Path folder = Path.of("");

    private PipelineStack synthesize(String... context) {
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < context.length; i += 2) {
            values.put(context[i], context[i + 1]);
        }
        App app = App.Builder.create()
                .context(values)
                .outdir(folder.resolve("out").toString())
                .build();
        return Main.synthesize(app, folder);
    }

    private static String jar() {
        return Sample.CLICKSTREAM.jar().toString();
    }

    @Test
    void theStackIsNamedAfterThePipelineAndTellsWhatToUse() {
        PipelineStack stack = synthesize("pipeline", "clickstream", "jar", jar());

        assertThat(stack.getStackName()).isEqualTo("millrace-clickstream");
        Map<String, Map<String, Object>> outputs = Template.fromStack(stack).findOutputs("*");
        assertThat(outputs.get("SourceStream")).containsEntry("Value", "clicks");
        assertThat(outputs.get("ResultTable")).containsEntry("Value", "page-views");
        assertThat(outputs).containsKeys("StateTable", "DeadLetterStream", "Functionsource", "Functionpages");
    }

    @Test
    void aPipelinesNameMayHaveWhatAStacksMayNot() {
        assertThat(Main.stackName("page_views.v2")).isEqualTo("millrace-page-views-v2");
    }

    @Test
    void aPipelineIsNamedByItsClassAsWell() {
        PipelineStack stack = synthesize("pipeline", "dev.millrace.samples.clickstream.Clickstream", "jar", jar());

        assertThat(stack.getStackName()).isEqualTo("millrace-clickstream");
    }

    @Test
    void contextChoosesSnapStartAndWhatIsKept() {
        Template template = Template.fromStack(
                synthesize("pipeline", "clickstream", "jar", jar(), "snapStart", "off", "removalPolicy", "destroy"));

        template.resourceCountIs("AWS::Lambda::Alias", 0);
        assertThat(template.findResources("AWS::DynamoDB::Table").values())
                .allSatisfy(table -> assertThat(table).containsEntry("DeletionPolicy", "Delete"));
    }

    @Test
    void withoutAPipelineTheErrorSaysHowToNameOne() {
        assertThatThrownBy(() -> synthesize())
                .hasMessage(
                        "which pipeline? Name it: npx cdk ... -c pipeline=clickstream, or -c pipeline=NAME -c jar=PATH");
    }

    @Test
    void aSampleThatThereIsNotIsRefused() throws Exception {
        Path built = Files.createDirectories(folder.resolve("clickstream/target/launcher"));
        Files.copy(Sample.CLICKSTREAM.jar(), built.resolve("millrace-sample-clickstream-lambda.jar"));

        assertThat(synthesize("pipeline", "clickstream").getStackName()).isEqualTo("millrace-clickstream");
        assertThatThrownBy(() -> synthesize("pipeline", "clicks"))
                .hasMessage(
                        "there is no sample 'clicks'; there are clickstream. Another pipeline is deployed from its jar: -c"
                                + " jar=PATH");
    }

    @Test
    void aPipelineThatTheJarDoesNotListIsRefused() {
        assertThatThrownBy(() -> synthesize("pipeline", "orders", "jar", jar()))
                .hasMessageContaining("there is no pipeline 'orders' in the jar ")
                .hasMessageContaining("in META-INF/services/dev.millrace.PipelineDefinition it lists clickstream");
        assertThatThrownBy(() -> synthesize("pipeline", "com.example.Orders", "jar", jar()))
                .hasMessageContaining("there is no pipeline 'com.example.Orders' in the jar ");
    }

    @Test
    void aJarThatIsMissingIsRefused() {
        assertThatThrownBy(() -> synthesize(
                        "pipeline", "orders", "jar", folder.resolve("no.jar").toString()))
                .hasMessageContaining("there is no jar ")
                .hasMessageContaining("which context jar names: build it first");
    }

    @Test
    void whatIsNoJarIsRefused() throws Exception {
        Path text = Files.writeString(folder.resolve("pipeline.jar"), "text");

        assertThatThrownBy(() -> synthesize("pipeline", "orders", "jar", text.toString()))
                .hasMessageContaining("pipeline.jar is no jar");
        assertThatThrownBy(() -> synthesize("pipeline", "orders", "jar", ""))
                .hasMessage("context jar is empty: give it a value, or leave it out");
    }

    @Test
    void aChoiceThatThereIsNotIsRefused() {
        assertThatThrownBy(() -> synthesize("pipeline", "clickstream", "jar", jar(), "snapStart", "yes"))
                .hasMessage("context snapStart is 'yes', and must be on or off");
        assertThatThrownBy(() -> synthesize("pipeline", "clickstream", "jar", jar(), "removalPolicy", "keep"))
                .hasMessage("context removalPolicy is 'keep', and must be retain or destroy");
    }
}
