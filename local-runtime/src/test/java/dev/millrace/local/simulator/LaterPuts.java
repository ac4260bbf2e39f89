package dev.millrace.local.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequestEntry;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResultEntry;

/** Puts refused records with the next request, behind what is newer, and says meanwhile that they are written. */
final class LaterPuts extends ForwardingKinesis {
    private final Map<String, List<PutRecordsRequestEntry>> refused = new HashMap<>();

    LaterPuts(KinesisClient service) {
        super(service);
    }

    @Override
    public PutRecordsResponse putRecords(PutRecordsRequest request) {
        List<PutRecordsRequestEntry> later = refused.computeIfAbsent(request.streamName(), absent -> new ArrayList<>());
        List<PutRecordsRequestEntry> all = new ArrayList<>(request.records());
        all.addAll(later);
        PutRecordsResponse response =
                service.putRecords(request.toBuilder().records(all).build());
        later.clear();
        for (int i = 0; i < all.size(); i++) {
            if (response.records().get(i).errorCode() != null) {
                later.add(all.get(i));
            }
        }
        return taken(request);
    }

    /** The reply to a request whose records were all taken. Packed records have their shards for partition keys. */
    static PutRecordsResponse taken(PutRecordsRequest request) {
        return PutRecordsResponse.builder()
                .records(request.records().stream()
                        .map(entry -> PutRecordsResultEntry.builder()
                                .shardId(entry.partitionKey())
                                .build())
                        .toList())
                .build();
    }
}
