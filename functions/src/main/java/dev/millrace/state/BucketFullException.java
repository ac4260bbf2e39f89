package dev.millrace.state;

import dev.millrace.engine.KeyId;

/** A bucket would outgrow its item (B4). Nothing was written. */
public final class BucketFullException extends StateLogException {
    BucketFullException(LogName name, int bucket, long bytes, long limit, KeyId largest, long largestBytes) {
        super("bucket " + bucket + " of " + name + " would take " + bytes + " bytes compressed, more than the limit of "
                + limit + "; its largest key is " + KeyText.of(largest) + " with " + largestBytes
                + " bytes. The partition holds too much state: split its shard, so that each has less, or keep less for"
                + " each key");
    }
}
