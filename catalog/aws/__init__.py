"""All calls to AWS: no other package imports boto3."""
