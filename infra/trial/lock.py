"""The bucket that state is moved to in a trial, and somebody else's lock in it: bucket | take | release."""
import json
import sys

import boto3
from botocore.config import Config

BUCKET, LOCK = "plimsoll-trial-state", "bootstrap.tfstate.tflock"
s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
word = sys.argv[1]
if word == "bucket":
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": s3.meta.region_name})
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
elif word == "take":
    held = {"ID": "somebody", "Operation": "OperationTypeApply", "Info": "", "Who": "somebody@elsewhere",
            "Version": "1.11.0", "Created": "2026-01-01T00:00:00Z", "Path": f"{BUCKET}/bootstrap.tfstate"}
    s3.put_object(Bucket=BUCKET, Key=LOCK, Body=json.dumps(held).encode())
elif word == "release":
    s3.delete_object(Bucket=BUCKET, Key=LOCK)
else:
    sys.exit(f"{word}: not bucket, take or release")
