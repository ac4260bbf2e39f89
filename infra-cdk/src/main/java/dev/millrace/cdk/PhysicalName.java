package dev.millrace.cdk;

import java.util.Optional;
import software.amazon.awscdk.Token;
import software.amazon.awscdk.services.dynamodb.CfnTable;
import software.amazon.awscdk.services.dynamodb.ITable;
import software.amazon.awscdk.services.kinesis.CfnStream;
import software.amazon.awscdk.services.kinesis.IStream;
import software.constructs.IConstruct;

/** What a resource is called on AWS, as far as that is known before it is deployed. */
final class PhysicalName {
    private PhysicalName() {}

    /** Empty where CloudFormation is to choose the name. */
    static Optional<String> of(IStream stream) {
        if (!isToken(stream.getStreamName())) {
            return Optional.of(stream.getStreamName());
        }
        IConstruct resource = stream.getNode().getDefaultChild();
        return resource instanceof CfnStream made ? known(made.getName()) : Optional.empty();
    }

    /** Empty where CloudFormation is to choose the name. */
    static Optional<String> of(ITable table) {
        if (!isToken(table.getTableName())) {
            return Optional.of(table.getTableName());
        }
        IConstruct resource = table.getNode().getDefaultChild();
        return resource instanceof CfnTable made ? known(made.getTableName()) : Optional.empty();
    }

    private static Optional<String> known(String name) {
        return Optional.ofNullable(name).filter(value -> !isToken(value));
    }

    private static boolean isToken(String name) {
        return Boolean.TRUE.equals(Token.isUnresolved(name));
    }
}
