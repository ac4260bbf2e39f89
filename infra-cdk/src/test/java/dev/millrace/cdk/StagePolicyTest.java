package dev.millrace.cdk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.plan.Permission;
import dev.millrace.plan.Plan;
import dev.millrace.plan.Stage;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a principal with a function's role may do: each action, and on what, is there because the plan says so. */
@NeedsNode
class StagePolicyTest {
    @ParameterizedTest
    @EnumSource
    void aFunctionMayDoWhatItsPlanSaysAndWriteItsLogAndNothingElse(Sample sample) {
        Synthesized stack = Synthesized.of(sample.props());
        Plan plan = sample.plan();

        for (Stage stage : plan.stages()) {
            Set<String> expected = new TreeSet<>();
            for (Permission permission : stage.permissions()) {
                String type =
                        permission.kind() == Permission.Kind.STREAM ? "AWS::Kinesis::Stream" : "AWS::DynamoDB::Table";
                String nameProperty = permission.kind() == Permission.Kind.STREAM ? "Name" : "TableName";
                String id = stack.resources(type).entrySet().stream()
                        .filter(entry -> entry.getValue()
                                .at("/Properties/" + nameProperty)
                                .asText()
                                .equals(permission.name()))
                        .findFirst()
                        .orElseThrow()
                        .getKey();
                permission.actions().forEach(action -> expected.add(action + " on Arn of " + id));
            }
            String log = stack.resources("AWS::Logs::LogGroup").keySet().stream()
                    .filter(id -> id.contains("Stage" + stage.name()))
                    .findFirst()
                    .orElseThrow();
            expected.add("logs:CreateLogStream on Arn of " + log);
            expected.add("logs:PutLogEvents on Arn of " + log);

            assertThat(allowed(stack, "Stage" + stage.name() + "Role"))
                    .as("stage %s of %s", stage.name(), sample)
                    .containsExactlyInAnyOrderElementsOf(expected);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aScheduleMayInvokeItsFunctionAndNothingElse(Sample sample) {
        Synthesized stack = Synthesized.of(sample.props());
        for (String id : stack.resources("AWS::Scheduler::Schedule").keySet()) {
            String stage = id.replaceFirst("^Pipeline(Stage\\w+)TickSchedule.*$", "$1");
            String alias = stack.resources("AWS::Lambda::Alias").keySet().stream()
                    .filter(name -> name.contains(stage))
                    .findFirst()
                    .orElseThrow();

            assertThat(allowed(stack, stage + "TickRole")).containsExactly("lambda:InvokeFunction on " + alias);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsAllowedForAll(Sample sample) {
        Synthesized stack = Synthesized.of(sample.props());

        assertThat(stack.resources("AWS::IAM::Policy")).isEmpty();
        assertThat(stack.resources("AWS::Lambda::Permission")).isEmpty();
        assertThat(stack.resources("AWS::IAM::Role")).isNotEmpty().allSatisfy((id, role) -> {
            assertThat(role.get("Properties").has("ManagedPolicyArns")).isFalse();
            assertThat(role.at("/Properties/Policies").toString()).doesNotContain("*");
        });
    }

    /** Of a role's only policy, in words. */
    private static Set<String> allowed(Synthesized stack, String rolePart) {
        JsonNode policies = stack.properties("AWS::IAM::Role", rolePart).get("Policies");
        assertThat(policies).hasSize(1);
        Set<String> allowed = new TreeSet<>();
        for (JsonNode statement : policies.at("/0/PolicyDocument/Statement")) {
            assertThat(statement.get("Effect").asText()).isEqualTo("Allow");
            JsonNode resources = statement.get("Resource");
            Iterable<JsonNode> each = resources.isArray() ? resources : Set.of(resources);
            for (JsonNode resource : each) {
                for (String action : Synthesized.texts(statement.get("Action"))) {
                    allowed.add(action + " on " + name(resource));
                }
            }
        }
        return allowed;
    }

    private static String name(JsonNode resource) {
        return resource.has("Ref")
                ? resource.get("Ref").asText()
                : resource.at("/Fn::GetAtt/1").asText() + " of "
                        + resource.at("/Fn::GetAtt/0").asText();
    }
}
