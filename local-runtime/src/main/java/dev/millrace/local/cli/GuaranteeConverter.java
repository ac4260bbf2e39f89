package dev.millrace.local.cli;

import dev.millrace.local.runner.Guarantee;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Guarantees as people write them: exactly-once, at-least-once, at-most-once. */
final class GuaranteeConverter implements ITypeConverter<Guarantee> {
    @Override
    public Guarantee convert(String text) {
        try {
            return Guarantee.of(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
