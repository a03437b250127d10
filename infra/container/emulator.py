"""The emulator of AWS with the table and the buckets that the services ask for; `--ready` says whether they are there."""

import sys

import boto3
from botocore.config import Config

PORT = 5000
REGION = "eu-west-2"
TABLE = "plimsoll-sessions"
BUCKETS = ("plimsoll-lake", "plimsoll-checkpoints")


def client(service):
    return boto3.client(
        service,
        endpoint_url=f"http://127.0.0.1:{PORT}",
        region_name=REGION,
        aws_access_key_id="emulated",
        aws_secret_access_key="emulated",
        config=Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=5),
    )


def prepare():
    dynamodb, s3 = client("dynamodb"), client("s3")
    # As infra/terraform/stacks have them.
    dynamodb.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    for bucket in BUCKETS:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})


def ready():
    client("dynamodb").describe_table(TableName=TABLE)
    for bucket in BUCKETS:
        client("s3").head_bucket(Bucket=bucket)


def serve():
    import signal
    import threading

    from moto.server import ThreadedMotoServer

    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    server = ThreadedMotoServer(ip_address="0.0.0.0", port=PORT)
    server.start()
    prepare()
    stopped.wait()
    server.stop()


if __name__ == "__main__":
    ready() if sys.argv[1:] == ["--ready"] else serve()
