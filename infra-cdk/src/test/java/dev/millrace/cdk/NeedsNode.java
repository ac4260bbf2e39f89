package dev.millrace.cdk;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.condition.EnabledIf;

/** For tests that synthesize: CDK runs in Node.js. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@EnabledIf(
        value = "dev.millrace.cdk.Programs#hasNode",
        disabledReason = "CDK needs Node.js 20 or newer, and there is none")
public @interface NeedsNode {}
