package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.ConsumerDescription;
import dev.millrace.local.kinesis.EmbeddedKinesis;
import dev.millrace.local.kinesis.KinesisException;
import dev.millrace.local.kinesis.ShardSubscription;
import dev.millrace.local.kinesis.StartingPosition;
import dev.millrace.local.kinesis.StreamDescription;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Consumers of streams for enhanced fan-out, and their subscriptions. */
final class ConsumerActions {
    private final EmbeddedKinesis kinesis;
    private final Clock clock;

    ConsumerActions(EmbeddedKinesis kinesis, Clock clock) {
        this.kinesis = kinesis;
        this.clock = clock;
    }

    void addTo(Map<String, KinesisFront.Action> actions) {
        actions.put("RegisterStreamConsumer", this::register);
        actions.put("DeregisterStreamConsumer", this::deregister);
        actions.put("DescribeStreamConsumer", this::describe);
        actions.put("ListStreamConsumers", this::list);
        actions.put("SubscribeToShard", this::subscribe);
    }

    private Reply register(Parameters in) {
        String stream = in.streamOfArnIn("StreamARN");
        String name = checked(in.requiredText("ConsumerName"));
        Map<String, String> tags = in.texts("Tags");
        TagActions.check(tags, 50);
        ConsumerDescription consumer = kinesis.consumers().register(stream, name, tags);
        // As on AWS, whose callers then wait until it is ACTIVE; here that is at once.
        return reply -> reply.object("Consumer", out -> write(out, stream, consumer, "CREATING"));
    }

    private static String checked(String name) {
        Constraint.length("consumerName", name, 1, 128);
        return Constraint.pattern("consumerName", name, Constraint.CONSUMER_NAME);
    }

    private Reply deregister(Parameters in) {
        ConsumerArn consumer = named(in);
        kinesis.consumers().deregister(consumer.stream(), consumer.consumer());
        return Reply.EMPTY;
    }

    private Reply describe(Parameters in) {
        ConsumerArn arn = named(in);
        ConsumerDescription consumer = kinesis.consumers().describe(arn.stream(), arn.consumer());
        return reply -> reply.object(
                "ConsumerDescription",
                out -> write(out, arn.stream(), consumer, "ACTIVE").text("StreamARN", Parameters.arn(arn.stream())));
    }

    /** The consumer that ConsumerARN says, or StreamARN and ConsumerName; it exists. */
    private ConsumerArn named(Parameters in) {
        String arn = in.text("ConsumerARN");
        String stream = in.text("StreamARN");
        String name = in.text("ConsumerName");
        if (arn == null && (stream == null || name == null)) {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException,
                    "Either ConsumerARN or both StreamARN and ConsumerName must be provided.");
        }
        ConsumerArn consumer = arn == null
                ? byName(in.streamOfArnIn("StreamARN"), checked(in.requiredText("ConsumerName")))
                : ConsumerArn.parse("consumerARN", arn);
        if ((stream != null && !consumer.stream().equals(in.streamOfArnIn("StreamARN")))
                || (name != null && !consumer.consumer().equals(name))) {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException,
                    "ConsumerARN " + consumer + " is of another consumer than StreamARN and ConsumerName.");
        }
        require(kinesis, consumer);
        return consumer;
    }

    private ConsumerArn byName(String stream, String name) {
        return ConsumerArn.of(stream, kinesis.consumers().describe(stream, name));
    }

    /** The consumer of that ARN, or ResourceNotFoundException. */
    static ConsumerDescription require(EmbeddedKinesis kinesis, ConsumerArn arn) {
        ConsumerDescription found = kinesis.consumers().describe(arn.stream(), arn.consumer());
        if (!arn.isOf(found)) {
            throw new KinesisException(
                    KinesisException.Type.ResourceNotFoundException, "Consumer " + arn + " not found.");
        }
        return found;
    }

    private Reply list(Parameters in) {
        int max = in.integer("MaxResults", 100, 1, 10_000);
        String name = in.streamOfArnIn("StreamARN");
        String token = in.text("NextToken");
        Instant created = in.timestamp("StreamCreationTimestamp");
        if (token != null && created != null) {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException,
                    "NextToken and StreamCreationTimestamp cannot be provided together.");
        }
        StreamDescription stream = kinesis.describe(name);
        if (created != null && created.toEpochMilli() != stream.createdMillis()) {
            throw new KinesisException(
                    KinesisException.Type.ResourceNotFoundException,
                    "Stream " + name + " was not created at " + created + ".");
        }
        String after = token == null ? "" : after(token, name);
        List<ConsumerDescription> found = stream.consumers().stream()
                .filter(consumer -> consumer.name().compareTo(after) > 0)
                .toList();
        List<ConsumerDescription> page = found.subList(0, Math.min(max, found.size()));
        String next = page.size() == found.size()
                ? null
                : new ListToken(name, page.get(page.size() - 1).name(), clock.millis()).encode();
        return reply -> reply.objects("Consumers", page, consumer -> write(reply, name, consumer, "ACTIVE"))
                .text("NextToken", next);
    }

    private String after(String token, String stream) {
        ListToken read = ListToken.decode(token, clock.millis());
        if (!read.stream().equals(stream)) {
            throw new KinesisException(
                    KinesisException.Type.InvalidArgumentException, "The NextToken is of another stream.");
        }
        return read.last();
    }

    private static WireWriter write(WireWriter out, String stream, ConsumerDescription consumer, String status)
            throws IOException {
        return out.text("ConsumerName", consumer.name())
                .text("ConsumerARN", ConsumerArn.of(stream, consumer).toString())
                .text("ConsumerStatus", status)
                .timestamp("ConsumerCreationTimestamp", consumer.createdMillis());
    }

    private Reply subscribe(Parameters in) {
        ConsumerArn consumer = ConsumerArn.parse("consumerARN", in.requiredText("ConsumerARN"));
        String shardId = ShardActions.shardId(in);
        Parameters from = Constraint.present("startingPosition", in.object("StartingPosition"));
        StartingPosition position = PositionType.position(from, "Type", "SequenceNumber");
        require(kinesis, consumer);
        return new Subscribed(kinesis.consumers().subscribe(consumer.stream(), consumer.consumer(), shardId, position));
    }

    /** The reply that stays open. What it writes, which is nothing, comes before its events. */
    record Subscribed(ShardSubscription subscription) implements Reply {
        @Override
        public void write(WireWriter out) {}
    }
}
