package dev.millrace.engine;

/** What values are handed to: an operator, or all operators behind one. */
interface Receiver {
    /**
     * @param value never null
     * @param context what is known of the value; holds until the call returns, and is given on as it is
     */
    void accept(Object value, Context context);
}
