package dev.millrace.driver;

/** Others have committed meanwhile: what was not committed is to be dropped, and begun again (L2). */
final class FencedException extends Exception {
    private static final long serialVersionUID = 1;
}
