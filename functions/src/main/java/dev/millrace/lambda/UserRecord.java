package dev.millrace.lambda;

/**
 * A record as its producer put it.
 *
 * @param partitionKey the key it was put with
 * @param data not to be changed
 * @param subSequenceNumber the index in the aggregated record that it came in, from 0; 0 if it came alone
 */
record UserRecord(String partitionKey, byte[] data, long subSequenceNumber) {}
