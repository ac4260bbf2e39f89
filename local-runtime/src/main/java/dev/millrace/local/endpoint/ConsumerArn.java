package dev.millrace.local.endpoint;

import dev.millrace.local.kinesis.ConsumerDescription;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How requests name a consumer.
 *
 * @param createdSeconds when it was registered, seconds since 1970: tells it from others that had its name
 */
record ConsumerArn(String stream, String consumer, long createdSeconds) {
    private static final Pattern FORM = Pattern.compile("arn:aws[a-z-]*:kinesis:[a-z0-9-]*:\\d{12}:stream/"
            + "([a-zA-Z0-9_.-]{1,128})/consumer/([a-zA-Z0-9_.-]{1,128}):(\\d{1,18})");

    static ConsumerArn of(String stream, ConsumerDescription consumer) {
        return new ConsumerArn(stream, consumer.name(), seconds(consumer));
    }

    private static long seconds(ConsumerDescription consumer) {
        return Duration.ofMillis(consumer.createdMillis()).toSeconds();
    }

    static boolean isOne(String arn) {
        return FORM.matcher(arn).matches();
    }

    /** Reads an ARN; one of another form fails as a value of a field with that name. */
    static ConsumerArn parse(String field, String arn) {
        Constraint.length(field, arn, 1, 2048);
        Matcher matcher = Constraint.matched(field, arn, FORM);
        return new ConsumerArn(matcher.group(1), matcher.group(2), Long.parseLong(matcher.group(3)));
    }

    boolean isOf(ConsumerDescription found) {
        return consumer.equals(found.name()) && createdSeconds == seconds(found);
    }

    @Override
    public String toString() {
        return Parameters.arn(stream) + "/consumer/" + consumer + ":" + createdSeconds;
    }
}
