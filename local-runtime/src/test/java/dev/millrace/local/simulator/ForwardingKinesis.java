package dev.millrace.local.simulator;

import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.kinesis.model.GetRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorResponse;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.PutRecordsRequest;
import software.amazon.awssdk.services.kinesis.model.PutRecordsResponse;

/** Asks the service as it is asked: for bugs that ask otherwise. */
class ForwardingKinesis implements KinesisClient {
    final KinesisClient service;

    ForwardingKinesis(KinesisClient service) {
        this.service = service;
    }

    @Override
    public PutRecordsResponse putRecords(PutRecordsRequest request) {
        return service.putRecords(request);
    }

    @Override
    public ListShardsResponse listShards(ListShardsRequest request) {
        return service.listShards(request);
    }

    @Override
    public GetShardIteratorResponse getShardIterator(GetShardIteratorRequest request) {
        return service.getShardIterator(request);
    }

    @Override
    public GetRecordsResponse getRecords(GetRecordsRequest request) {
        return service.getRecords(request);
    }

    @Override
    public String serviceName() {
        return service.serviceName();
    }

    @Override
    public void close() {
        service.close();
    }
}
