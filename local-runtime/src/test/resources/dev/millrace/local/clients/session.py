"""A session with Kinesis and DynamoDB at the endpoint given; prints "done" if all was as on AWS."""

import sys

import boto3

STREAM = "boto"
kinesis = boto3.client("kinesis", endpoint_url=sys.argv[1])
dynamodb = boto3.client("dynamodb", endpoint_url=sys.argv[1])


def read(shard):
    records = []
    iterator = kinesis.get_shard_iterator(StreamName=STREAM, ShardId=shard, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    while iterator:
        reply = kinesis.get_records(ShardIterator=iterator)
        records += [(record["PartitionKey"], record["Data"]) for record in reply["Records"]]
        iterator = reply.get("NextShardIterator") if reply["Records"] else None
    return records


kinesis.create_stream(StreamName=STREAM, ShardCount=2)
kinesis.get_waiter("stream_exists").wait(StreamName=STREAM)
put = [(f"clé {i}", bytes((i + j) % 256 for j in range(257))) for i in range(50)]
reply = kinesis.put_records(
    StreamName=STREAM, Records=[{"PartitionKey": key, "Data": data} for key, data in put[:-1]]
)
assert reply["FailedRecordCount"] == 0, reply
kinesis.put_record(StreamName=STREAM, PartitionKey=put[-1][0], Data=put[-1][1])
shards = [shard["ShardId"] for shard in kinesis.list_shards(StreamName=STREAM)["Shards"]]
assert sorted(record for shard in shards for record in read(shard)) == sorted(put)

kinesis.split_shard(StreamName=STREAM, ShardToSplit=shards[0], NewStartingHashKey="17")
kinesis.merge_shards(StreamName=STREAM, ShardToMerge="shardId-000000000003", AdjacentShardToMerge=shards[1])
summary = kinesis.describe_stream_summary(StreamName=STREAM)["StreamDescriptionSummary"]
assert summary["OpenShardCount"] == 2 and summary["StreamStatus"] == "ACTIVE", summary
assert kinesis.list_streams()["StreamNames"] == [STREAM]
assert [len(page["Shards"]) for page in kinesis.get_paginator("list_shards").paginate(StreamName=STREAM)] == [5]
try:
    kinesis.put_record(StreamName="none", PartitionKey="k", Data=b"")
    raise AssertionError("there is no such stream")
except kinesis.exceptions.ResourceNotFoundException:
    pass

arn = summary["StreamARN"]
consumer = kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="c")["Consumer"]["ConsumerARN"]
described = kinesis.describe_stream_consumer(ConsumerARN=consumer)["ConsumerDescription"]
assert described["ConsumerStatus"] == "ACTIVE" and described["StreamARN"] == arn, described
assert len(kinesis.list_stream_consumers(StreamARN=arn)["Consumers"]) == 1
for shard, children in [(shards[0], ["shardId-000000000002", "shardId-000000000003"]), (shards[1], ["shardId-000000000004"])]:
    events = kinesis.subscribe_to_shard(
        ConsumerARN=consumer, ShardId=shard, StartingPosition={"Type": "TRIM_HORIZON"}
    )["EventStream"]
    events = [event["SubscribeToShardEvent"] for event in events]
    assert [child["ShardId"] for child in events[-1]["ChildShards"]] == children, events
    assert [(record["PartitionKey"], record["Data"]) for event in events for record in event["Records"]] == read(shard)
kinesis.put_record(StreamName=STREAM, PartitionKey="k", ExplicitHashKey="0", Data=b"pushed")
stream = kinesis.subscribe_to_shard(
    ConsumerARN=consumer, ShardId="shardId-000000000002", StartingPosition={"Type": "TRIM_HORIZON"}
)["EventStream"]
event = next(iter(stream))["SubscribeToShardEvent"]
assert [record["Data"] for record in event["Records"]] == [b"pushed"], event
assert event["ContinuationSequenceNumber"] == event["Records"][0]["SequenceNumber"], event
stream.close()
try:
    kinesis.subscribe_to_shard(
        ConsumerARN=consumer, ShardId="shardId-000000000002", StartingPosition={"Type": "LATEST"}
    )
    raise AssertionError("the last subscription began a moment ago")
except kinesis.exceptions.ResourceInUseException:
    pass
try:
    kinesis.delete_stream(StreamName=STREAM)
    raise AssertionError("the stream has a consumer")
except kinesis.exceptions.ResourceInUseException:
    pass
kinesis.delete_stream(StreamName=STREAM, EnforceConsumerDeletion=True)
kinesis.get_waiter("stream_not_exists").wait(StreamName=STREAM)

dynamodb.create_table(
    TableName=STREAM,
    BillingMode="PAY_PER_REQUEST",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
)
item = {"id": {"S": "a"}, "data": {"B": bytes(range(256))}, "n": {"N": "17"}}
dynamodb.put_item(TableName=STREAM, Item=item)
assert dynamodb.get_item(TableName=STREAM, Key={"id": {"S": "a"}})["Item"] == item
assert dynamodb.scan(TableName=STREAM)["Items"] == [item]
try:
    dynamodb.put_item(TableName=STREAM, Item=item, ConditionExpression="attribute_not_exists(id)")
    raise AssertionError("the item is there")
except dynamodb.exceptions.ConditionalCheckFailedException:
    pass
dynamodb.delete_table(TableName=STREAM)
print("done")
