package dev.millrace.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.millrace.Aggregations;
import dev.millrace.EventTime;
import dev.millrace.Pipeline;
import dev.millrace.PipelineBuilder;
import dev.millrace.Result;
import dev.millrace.codec.Codecs;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** The code that runs in functions asks AWS for what plans permit, and for nothing else. */
class PermissionsTest {
    /** What the event source mapping asks for, by the function's permissions. */
    private static final Set<String> OF_THE_MAPPING = Set.of("kinesis:DescribeStream", "kinesis:DescribeStreamSummary");

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.millrace");

    /** The actions that any stage is permitted on things that begin with {@code service}. */
    private static Set<String> permitted(String service) {
        PipelineBuilder builder = Pipeline.named("orders").deadLetters("orders-dead-letters");
        builder.from("orders", Codecs.string(), EventTime.ingestion())
                .keyBy(text -> text)
                .aggregate(Aggregations.count())
                .toTable("totals", row -> row.key("customer", Result::key));
        return Plan.of(builder.build()).stages().stream()
                .flatMap(stage -> stage.permissions().stream())
                .flatMap(permission -> permission.actions().stream())
                .filter(action -> action.startsWith(service + ":"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> asked(String service, Class<?> client) {
        return CLASSES.stream()
                .flatMap(type -> type.getMethodCallsFromSelf().stream())
                .filter(call -> call.getTargetOwner().isEquivalentTo(client))
                .filter(call -> !call.getOriginOwner().getSimpleName().equals("StateTable"))
                .map(call -> call.getTarget().getName())
                .filter(method -> !method.equals("builder") && !method.equals("close"))
                .map(method -> service + ":" + Character.toUpperCase(method.charAt(0)) + method.substring(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void whatIsAskedOfDynamoDb_isPermitted() {
        assertThat(permitted("dynamodb")).isEqualTo(asked("dynamodb", DynamoDbClient.class));
    }

    @Test
    void whatIsAskedOfKinesis_isPermitted() {
        Set<String> asked = asked("kinesis", KinesisClient.class);
        asked.addAll(OF_THE_MAPPING);

        assertThat(permitted("kinesis")).isEqualTo(asked);
    }
}
