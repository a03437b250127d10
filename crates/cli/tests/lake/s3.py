"""Makes the buckets of a test, or tells what is in one: keys, versions, and what holds the first object."""

import json
import sys

import boto3

request = json.load(sys.stdin)
s3 = boto3.client("s3", endpoint_url=request["url"])
place = {"LocationConstraint": "eu-west-2"}
for bucket in request.get("make", []):
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
for bucket in request.get("make_locked", []):
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place, ObjectLockEnabledForBucket=True)
    retention = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 760}}
    lock = {"ObjectLockEnabled": "Enabled", "Rule": retention}
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=lock)
found = {}
for bucket in request.get("look", []):
    versions = s3.list_object_versions(Bucket=bucket)
    keys = sorted({version["Key"] for version in versions.get("Versions", [])})
    first = s3.get_object(Bucket=bucket, Key=keys[0]) if keys else {}
    found[bucket] = {
        "keys": keys,
        "versions": len(versions.get("Versions", [])),
        "first": first["Body"].read().decode(errors="replace") if first else "",
        "lock": first.get("ObjectLockMode"),
    }
json.dump(found, sys.stdout)
