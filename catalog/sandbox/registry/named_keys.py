"""The KMS keys that calls name, by the operation: which services refuse one that does not exist, and in which words.

Sources, by service, of what people have met; KMS's own words are in `{why}` where a service passes them on:
- DynamoDB: aws-solutions/generative-ai-application-builder-on-aws issue 29; EFS: aws/aws-cdk issue 7641; Lambda:
  hashicorp/terraform issue 20813, and terraform-provider-aws issue 6366 (without variables no key is used)
- CloudTrail, EFS and EKS (a key of another Region), ElastiCache, MemoryDB, OpenSearch, Step Functions: the rules of
  badmintoncryer/cdk-preflight, with what a deployment answered
- RDS: KMSKeyNotAccessibleFault of its API reference, awslabs/aurora-snapshot-tool issue 25; Secrets Manager:
  boto/boto3 issue 1533; ECR and Kinesis: KmsException and KMSNotFoundException of their API references
- EBS takes any key and loses the volume: kubernetes/kubernetes pull request 48936, aws/aws-cli issue 2604

S3 ("doesn't validate the KMS key ID", API reference, PutBucketEncryption), SNS and SQS (getmoto/moto pull request 3389)
look for a key when it is used. Of other services no source says what they do, and they accept any key here. CloudWatch
Logs is in `services/logs.py`.
"""

from __future__ import annotations

from dataclasses import replace

from catalog.sandbox.registry.references import NamedThing, Thing, each

KEY = Thing(
    "kms",
    "DescribeKey",
    lambda it: {"KeyId": it},
    known=lambda it: "alias/aws/" not in it,
    local=True,
    passed=("AccessDeniedException",),
)
ENABLED_KEY = replace(KEY, answers=lambda it, _: it["KeyMetadata"]["Enabled"])
TRAIL_KEY = replace(ENABLED_KEY, known=lambda it: "alias/aws/" not in it and ":key/mrk-" not in it)

NO_DATABASE_KEY = (
    "KMSKeyNotAccessibleFault",
    "The specified KMS key [{it}] does not exist, is not enabled or you do not have permissions to access it.",
)
DATABASE = (
    NamedThing("KmsKeyId", ENABLED_KEY, *NO_DATABASE_KEY),
    NamedThing("PerformanceInsightsKMSKeyId", ENABLED_KEY, *NO_DATABASE_KEY),
)

KEYS = each(
    {
        ("cloudtrail", "CreateTrail", "UpdateTrail"): (
            NamedThing(
                "KmsKeyId",
                TRAIL_KEY,
                "InsufficientEncryptionPolicyException",
                "Insufficient permissions to access S3 bucket {given[S3BucketName]} or KMS key {it}.",
                elsewhere=(
                    "KmsKeyNotFoundException",
                    (
                        "KMS key ID {it} does not exist, or s3 bucket {given[S3BucketName]} and key are not in the "
                        "same region."
                    ),
                ),
            ),
        ),
        ("dynamodb", "CreateTable", "UpdateTable"): (
            NamedThing(
                "SSESpecification.KMSMasterKeyId",
                KEY,
                "ValidationException",
                "KMS validation error: com.amazonaws.services.kms.model.NotFoundException: {why} (Service: AWSKMS; "
                "Status Code: 400; Error Code: NotFoundException)",
            ),
        ),
        ("ec2", "CreateVolume"): (
            NamedThing("KmsKeyId", ENABLED_KEY, "InvalidVolume.NotFound", "The volume 'vol-{random}' does not exist."),
        ),
        ("ecr", "CreateRepository"): (
            NamedThing(
                "encryptionConfiguration.kmsKey",
                KEY,
                "KmsException",
                "The operation failed due to a KMS exception. {why}",
            ),
        ),
        ("efs", "CreateFileSystem"): (
            NamedThing(
                "KmsKeyId",
                KEY,
                "BadRequest",
                "The request was rejected because the specified key could not be found. [error=NotFoundException]",
                elsewhere=("BadRequest", "Invalid KMS key ID (unexpected region)"),
            ),
        ),
        ("eks", "CreateCluster"): (
            NamedThing(
                "encryptionConfig.*.provider.keyArn",
                KEY,
                "InvalidParameterException",
                "{why}",
                elsewhere=(
                    "InvalidParameterException",
                    "The keyArn for encryptionConfig is scoped to invalid aws region.",
                ),
            ),
        ),
        ("elasticache", "CreateReplicationGroup"): (
            NamedThing("KmsKeyId", KEY, "InvalidParameterValue", "KMS key does not exist with key id: {it}"),
        ),
        ("kinesis", "StartStreamEncryption"): (NamedThing("KeyId", KEY, "KMSNotFoundException", "{why}"),),
        ("lambda", "CreateFunction", "UpdateFunctionConfiguration"): (
            NamedThing(
                "KMSKeyArn",
                KEY,
                "InvalidParameterValueException",
                "Lambda was unable to configure access to your environment variables because the KMS key is invalid "
                "for CreateGrant. Please check your KMS key settings. KMS Exception: NotFoundException KMS Message: "
                "{why}",
                only_with="Environment.Variables",
            ),
        ),
        ("opensearch", "CreateDomain", "UpdateDomainConfig"): (
            NamedThing(
                "EncryptionAtRestOptions.KmsKeyId",
                KEY,
                "ValidationException",
                "Error in Accessing KmsKeyID with details:{why}",
            ),
        ),
        ("memorydb", "CreateCluster"): (
            NamedThing("KmsKeyId", KEY, "InvalidParameterValueException", "KMS key does not exist with key id: {it}"),
        ),
        (
            "rds",
            *("CreateDBInstance", "CreateDBCluster", "CreateDBInstanceReadReplica", "RestoreDBInstanceFromDBSnapshot"),
            *("ModifyDBInstance", "ModifyDBCluster"),
        ): DATABASE,
        ("secretsmanager", "CreateSecret", "UpdateSecret"): (
            NamedThing(
                "KmsKeyId",
                KEY,
                "InvalidParameterException",
                "The KMS key ARN provided is invalid or you do not have permission to use it.",
            ),
        ),
        ("stepfunctions", "CreateActivity", "CreateStateMachine", "UpdateStateMachine"): (
            NamedThing("encryptionConfiguration.kmsKeyId", KEY, "InvalidEncryptionConfiguration", "{why}"),
        ),
    }
)
"""(Service, operation) → the keys that it looks for."""
