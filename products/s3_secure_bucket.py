"""Product `s3_secure_bucket`: a bucket that only named roles read and write, under one key.

The parameters are in _shared/secure_bucket.py, what all buckets have in _shared/buckets.py. docs/products/
s3_secure_bucket.md explains each choice. The logical id `Bucket` must not change.
"""

from __future__ import annotations

from typing import Any

from _shared import secure_bucket as parameters
from _shared.buckets import OBJECTS, WHOLE, clean_up, closed, over_tls
from _shared.building import KEPT, build, output, tags
from _shared.encryption import key_arn
from _shared.owner import owned
from _shared.policies import NOT_A_SERVICE, allow, deny, document, except_for, the
from troposphere import GetAtt, If, NoValue, Ref, Split, Sub, Template, s3

from catalog import ProductDefinition

ALL_READS = "s3:GetObject*"
READ = ["s3:GetObject", "s3:GetObjectVersion"]
WRITE = ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
ALL_WRITES = [
    "s3:PutObject*",
    "s3:DeleteObject*",
    "s3:AbortMultipartUpload",
    "s3:BypassGovernanceRetention",
    "s3:Replicate*",
    "s3:RestoreObject",
]


def bucket() -> s3.Bucket:
    """The bucket, encrypted with the key."""
    default = s3.ServerSideEncryptionByDefault(SSEAlgorithm="aws:kms", KMSMasterKeyID=key_arn())
    encryption = s3.ServerSideEncryptionRule(BucketKeyEnabled=True, ServerSideEncryptionByDefault=default)
    return s3.Bucket(
        "Bucket",
        **KEPT,
        **closed(),
        BucketEncryption=s3.BucketEncryption(ServerSideEncryptionConfiguration=[encryption]),
        LoggingConfiguration=s3.LoggingConfiguration(
            DestinationBucketName=parameters.log_bucket(), LogFilePrefix=Sub("${BucketName}/")
        ),
        LifecycleConfiguration=s3.LifecycleConfiguration(Rules=lifecycle()),
        ObjectLockEnabled=If("IsLocked", True, NoValue),
        ObjectLockConfiguration=If("IsLocked", object_lock(), NoValue),
        ReplicationConfiguration=If("IsReplicated", replication(), NoValue),
        Tags=tags(),
    )


def lifecycle() -> list[Any]:
    """Old versions and unfinished uploads always go; current objects move and expire where it is asked for."""
    move = s3.LifecycleRuleTransition(StorageClass=Ref("TransitionTo"), TransitionInDays=Ref("TransitionAfterDays"))
    moved = s3.LifecycleRule(Id="Move", Status="Enabled", Transitions=[move])
    expired = s3.LifecycleRule(Id="Expire", Status="Enabled", ExpirationInDays=Ref("ExpireAfterDays"))
    return [
        clean_up(Ref("NoncurrentVersionDays")),
        If("Moves", moved, NoValue),
        If("Expires", expired, NoValue),
    ]


def object_lock() -> s3.ObjectLockConfiguration:
    """Each new version is locked for some days."""
    kept = s3.DefaultRetention(Mode=Ref("ObjectLockMode"), Days=Ref("ObjectLockDays"))
    return s3.ObjectLockConfiguration(ObjectLockEnabled="Enabled", Rule=s3.ObjectLockRule(DefaultRetention=kept))


def replication() -> s3.ReplicationConfiguration:
    """Copies to another bucket, there under the key of that bucket."""
    key = s3.EncryptionConfiguration(ReplicaKmsKeyID=Ref("ReplicaKeyArn"))
    criteria = s3.SourceSelectionCriteria(SseKmsEncryptedObjects=s3.SseKmsEncryptedObjects(Status="Enabled"))
    copied = s3.ReplicationConfigurationRules(
        Id="Replicate",
        Status="Enabled",
        Priority=1,
        Filter=s3.ReplicationRuleFilter(Prefix=""),
        DeleteMarkerReplication=s3.DeleteMarkerReplication(Status="Disabled"),
        Destination=s3.ReplicationConfigurationRulesDestination(
            Bucket=Ref("ReplicaBucketArn"), EncryptionConfiguration=key
        ),
        SourceSelectionCriteria=criteria,
    )
    return s3.ReplicationConfiguration(Role=parameters.replication_role(), Rules=[copied])


def only_this_key() -> list[Any]:
    """Deny uploads that ask for another encryption. An upload that asks for none gets the bucket's, and passes.

    A negated operator also holds where its key is absent, with IfExists or without (IAM user guide, "IfExists"), so
    each statement says by Null that the header is there. `aws:kms` without a key means the AWS managed key (S3 user
    guide, "Specifying server-side encryption with AWS KMS").
    """
    algorithm, key = "s3:x-amz-server-side-encryption", "s3:x-amz-server-side-encryption-aws-kms-key-id"
    own = "s3:x-amz-server-side-encryption-customer-algorithm"
    put = ["s3:PutObject"]
    return [
        deny("OnlyKms", put, OBJECTS, {"Null": {algorithm: "false"}, "StringNotEquals": {algorithm: "aws:kms"}}),
        deny("OnlyThisKey", put, OBJECTS, {"Null": {key: "false"}, "ArnNotEquals": {key: key_arn()}}),
        deny("NoAwsManagedKey", put, OBJECTS, {"Null": {algorithm: "false", key: "true"}}),
        deny("NoKeysOfCallers", put, OBJECTS, {"Null": {own: "false"}}),
        deny("NobodyChangesTheKey", ["s3:UpdateObjectEncryption"], OBJECTS),
    ]


def policy() -> s3.BucketPolicy:
    """Readers read, writers write, nobody else does either; from a network or an organization if it is given."""
    data = [ALL_READS, *ALL_WRITES]
    endpoint = {"StringNotEquals": {"aws:SourceVpce": Split(",", Ref("VpcEndpoints"))}}
    inside = {"BoolIfExists": {**NOT_A_SERVICE["BoolIfExists"], "aws:ViaAWSService": "false"}}
    organization = {"StringNotEquals": {"aws:PrincipalOrgID": Ref("OrganizationId")}}
    return s3.BucketPolicy(
        "BucketPolicy",
        Bucket=Ref("Bucket"),
        PolicyDocument=document(
            *over_tls(),
            *only_this_key(),
            allow("ReadersRead", the("Readers"), [*READ, "s3:ListBucket"], WHOLE),
            allow("WritersWrite", the("Writers"), WRITE, OBJECTS),
            deny("OnlyReadersRead", [ALL_READS], OBJECTS, except_for("Readers")),
            deny("OnlyWritersWrite", ALL_WRITES, OBJECTS, except_for("Writers")),
            If("HasEndpoints", deny("OnlyThroughEndpoints", data, OBJECTS, endpoint | inside), NoValue),
            If("HasOrganization", deny("OnlyOrganization", data, OBJECTS, organization | NOT_A_SERVICE), NoValue),
        ),
    )


def template() -> Template:
    """The template of this version."""
    return build(
        "Bucket under one KMS key, which only named roles read and write; catalog product s3_secure_bucket.",
        parameters=parameters.PARAMETERS,
        groups=parameters.GROUPS,
        conditions=parameters.CONDITIONS,
        rules=parameters.RULES,
        resources=[bucket(), policy()],
        outputs=[
            output("BucketName", "Name of the bucket.", Ref("Bucket")),
            output("BucketArn", "ARN of the bucket. Use it in IAM policies.", GetAtt("Bucket", "Arn")),
            output(
                "DataEvents",
                "Resource for a data event selector of CloudTrail (AWS::S3::Object). Without one, CloudTrail does not "
                "log who reads and writes objects.",
                Sub("${Bucket.Arn}/"),
            ),
        ],
    )


PRODUCT = ProductDefinition(
    **owned("s3_secure_bucket"),
    name="Secure bucket",
    description="An S3 bucket under one KMS key: never public, TLS only, versioned, logged, with lifecycle rules, and "
    "read and written by named roles only.",
    version="1.0.0",
    version_description="First version.",
    template=template,
)
