"""The properties of buckets in the form of S3's API, which has other names and more levels.

Source: template reference, AWS::S3::Bucket; S3 API reference, the Put operations of buckets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.sandbox.registry.api_types import ApiResource
from catalog.sandbox.registry.shaping import as_text

Rule = Mapping[str, Any]


def _set(**members: Any) -> dict[str, Any]:
    """The members that have a value."""
    return {name: value for name, value in members.items() if value is not None}


def _true(value: Any) -> bool | None:
    return None if value is None else as_text(value) == "true"


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def encryption(bucket: ApiResource) -> dict[str, Any]:
    """ServerSideEncryptionConfiguration."""
    rules = []
    for each in bucket.properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]:
        by_default = each.get("ServerSideEncryptionByDefault")
        rules.append(
            _set(
                ApplyServerSideEncryptionByDefault=dict(by_default) if by_default else None,
                BucketKeyEnabled=_true(each.get("BucketKeyEnabled")),
            )
        )
    return {"Rules": rules}


def public_access(bucket: ApiResource) -> dict[str, Any]:
    """PublicAccessBlockConfiguration."""
    return {name: _true(value) for name, value in bucket.properties["PublicAccessBlockConfiguration"].items()}


def ownership(bucket: ApiResource) -> dict[str, Any]:
    """OwnershipControls."""
    return {"Rules": [dict(rule) for rule in bucket.properties["OwnershipControls"]["Rules"]]}


ACLS = {
    "AuthenticatedRead": "authenticated-read",
    "AwsExecRead": "aws-exec-read",
    "BucketOwnerFullControl": "bucket-owner-full-control",
    "BucketOwnerRead": "bucket-owner-read",
    "LogDeliveryWrite": "log-delivery-write",
    "PublicRead": "public-read",
    "PublicReadWrite": "public-read-write",
}


def access_control(bucket: ApiResource) -> str:
    """A canned ACL; without the property it is private."""
    return ACLS.get(bucket.text("AccessControl"), "private")


def logging(bucket: ApiResource) -> dict[str, Any]:
    """BucketLoggingStatus; without the property nothing is logged. The destination is the bucket itself by default."""
    given = bucket.properties.get("LoggingConfiguration")
    if given is None:
        return {}
    target = given.get("DestinationBucketName", bucket["BucketName"])
    return {
        "LoggingEnabled": _set(
            TargetBucket=target,
            TargetPrefix=given.get("LogFilePrefix", ""),
            TargetObjectKeyFormat=given.get("TargetObjectKeyFormat"),
        )
    }


def object_lock(bucket: ApiResource) -> dict[str, Any]:
    """ObjectLockConfiguration."""
    given = bucket.properties.get("ObjectLockConfiguration") or {}
    retention = (given.get("Rule") or {}).get("DefaultRetention")
    rule = None
    if retention:
        rule = {
            "DefaultRetention": _set(
                Mode=retention.get("Mode"), Days=_number(retention.get("Days")), Years=_number(retention.get("Years"))
            )
        }
    return _set(ObjectLockEnabled="Enabled", Rule=rule)


def cors(bucket: ApiResource) -> dict[str, Any]:
    """CORSConfiguration, whose members have the long names."""
    names = {"ExposedHeaders": "ExposeHeaders", "Id": "ID", "MaxAge": "MaxAgeSeconds"}
    rules = [
        {names.get(name, name): _number(value) if name == "MaxAge" else value for name, value in rule.items()}
        for rule in bucket.properties["CorsConfiguration"]["CorsRules"]
    ]
    return {"CORSRules": rules}


def website(bucket: ApiResource) -> dict[str, Any]:
    """WebsiteConfiguration."""
    given = bucket.properties["WebsiteConfiguration"]
    rules = [
        _set(Condition=rule.get("RoutingRuleCondition"), Redirect=rule["RedirectRule"])
        for rule in given.get("RoutingRules", [])
    ]
    return _set(
        IndexDocument={"Suffix": given["IndexDocument"]} if "IndexDocument" in given else None,
        ErrorDocument={"Key": given["ErrorDocument"]} if "ErrorDocument" in given else None,
        RedirectAllRequestsTo=given.get("RedirectAllRequestsTo"),
        RoutingRules=rules or None,
    )


def acceleration(bucket: ApiResource) -> dict[str, Any]:
    """AccelerateConfiguration; without the property it is suspended."""
    given = bucket.properties.get("AccelerateConfiguration") or {}
    return {"Status": given.get("AccelerationStatus", "Suspended")}


def lifecycle(bucket: ApiResource) -> dict[str, Any]:
    """LifecycleConfiguration."""
    return {"Rules": [_lifecycle_rule(rule) for rule in bucket.properties["LifecycleConfiguration"]["Rules"]]}


def _lifecycle_rule(rule: Rule) -> dict[str, Any]:
    expiration = _set(
        Days=_number(rule.get("ExpirationInDays")),
        Date=rule.get("ExpirationDate"),
        ExpiredObjectDeleteMarker=_true(rule.get("ExpiredObjectDeleteMarker")),
    )
    noncurrent = rule.get("NoncurrentVersionExpiration")
    days = rule.get("NoncurrentVersionExpirationInDays")
    if noncurrent is None and days is not None:
        noncurrent = {"NoncurrentDays": days}
    older = rule.get("NoncurrentVersionTransitions") or _listed(rule.get("NoncurrentVersionTransition"))
    aborted = rule.get("AbortIncompleteMultipartUpload")
    return _set(
        ID=rule.get("Id"),
        Status=rule["Status"],
        Filter=_lifecycle_filter(rule),
        Expiration=expiration or None,
        Transitions=[
            _set(
                Days=_number(each.get("TransitionInDays")),
                Date=each.get("TransitionDate"),
                StorageClass=each["StorageClass"],
            )
            for each in rule.get("Transitions") or _listed(rule.get("Transition"))
        ]
        or None,
        NoncurrentVersionExpiration=_noncurrent(noncurrent) if noncurrent else None,
        NoncurrentVersionTransitions=[
            _set(NoncurrentDays=_number(each.get("TransitionInDays")), StorageClass=each["StorageClass"])
            for each in older
        ]
        or None,
        AbortIncompleteMultipartUpload=(
            {"DaysAfterInitiation": int(aborted["DaysAfterInitiation"])} if aborted else None
        ),
    )


def _listed(value: Any) -> Sequence[Any]:
    return [] if value is None else [value]


def _noncurrent(given: Rule) -> dict[str, Any]:
    return _set(
        NoncurrentDays=_number(given.get("NoncurrentDays")),
        NewerNoncurrentVersions=_number(given.get("NewerNoncurrentVersions")),
    )


def _lifecycle_filter(rule: Rule) -> dict[str, Any]:
    parts = _set(
        Prefix=rule.get("Prefix"),
        ObjectSizeGreaterThan=_number(rule.get("ObjectSizeGreaterThan")),
        ObjectSizeLessThan=_number(rule.get("ObjectSizeLessThan")),
    )
    tags = [{"Key": tag["Key"], "Value": tag["Value"]} for tag in rule.get("TagFilters", [])]
    if len(parts) + len(tags) > 1:
        return {"And": parts | ({"Tags": tags} if tags else {})}
    return parts or ({"Tag": tags[0]} if tags else {"Prefix": ""})


def replication(bucket: ApiResource) -> dict[str, Any]:
    """ReplicationConfiguration."""
    given = bucket.properties["ReplicationConfiguration"]
    return {"Role": given["Role"], "Rules": [_replication_rule(rule) for rule in given["Rules"]]}


def _replication_rule(rule: Rule) -> dict[str, Any]:
    return _set(
        ID=rule.get("Id"),
        Priority=_number(rule.get("Priority")),
        Prefix=rule.get("Prefix"),
        Filter=rule.get("Filter"),
        Status=rule["Status"],
        SourceSelectionCriteria=rule.get("SourceSelectionCriteria"),
        DeleteMarkerReplication=rule.get("DeleteMarkerReplication"),
        Destination=dict(rule["Destination"]),
    )


def notification(bucket: ApiResource) -> dict[str, Any]:
    """NotificationConfiguration; without the property there is none."""
    given = bucket.properties.get("NotificationConfiguration") or {}
    configured = _set(
        TopicConfigurations=_targets(given.get("TopicConfigurations"), "Topic", "TopicArn"),
        QueueConfigurations=_targets(given.get("QueueConfigurations"), "Queue", "QueueArn"),
        LambdaFunctionConfigurations=_targets(given.get("LambdaConfigurations"), "Function", "LambdaFunctionArn"),
    )
    return configured | ({"EventBridgeConfiguration": {}} if "EventBridgeConfiguration" in given else {})


def _targets(given: Sequence[Rule] | None, name: str, parameter: str) -> list[dict[str, Any]] | None:
    if not given:
        return None
    targets = []
    for each in given:
        rules = ((each.get("Filter") or {}).get("S3Key") or {}).get("Rules")
        kept = {"Key": {"FilterRules": [dict(rule) for rule in rules]}} if rules else None
        targets.append(_set(**{parameter: each[name]}, Events=[each["Event"]], Filter=kept))
    return targets


def inventory(given: Rule) -> dict[str, Any]:
    """One InventoryConfiguration."""
    destination = given["Destination"]
    return _set(
        Destination={
            "S3BucketDestination": _set(
                Bucket=destination["BucketArn"],
                Format=destination["Format"],
                AccountId=destination.get("BucketAccountId"),
                Prefix=destination.get("Prefix"),
            )
        },
        IsEnabled=_true(given["Enabled"]),
        Id=given["Id"],
        IncludedObjectVersions=given["IncludedObjectVersions"],
        OptionalFields=given.get("OptionalFields"),
        Schedule={"Frequency": given["ScheduleFrequency"]},
        Filter={"Prefix": given["Prefix"]} if "Prefix" in given else None,
    )


def _filter(given: Rule) -> dict[str, Any] | None:
    """What a configuration is about: a prefix, a tag, an access point, or several of these together."""
    tags = [{"Key": tag["Key"], "Value": tag["Value"]} for tag in given.get("TagFilters") or ()]
    single = _set(Prefix=given.get("Prefix"), AccessPointArn=given.get("AccessPointArn"))
    if len(tags) + len(single) > 1:
        return {"And": _set(**single, Tags=tags or None)}
    return single or ({"Tag": tags[0]} if tags else None)


def metrics(given: Rule) -> dict[str, Any]:
    """One MetricsConfiguration."""
    return _set(Id=given["Id"], Filter=_filter(given))


def analytics(given: Rule) -> dict[str, Any]:
    """One AnalyticsConfiguration."""
    export = (given.get("StorageClassAnalysis") or {}).get("DataExport")
    analysis: dict[str, Any] = {}
    if export:
        destination = _set(
            Bucket=export["Destination"]["BucketArn"],
            Format=export["Destination"]["Format"],
            BucketAccountId=export["Destination"].get("BucketAccountId"),
            Prefix=export["Destination"].get("Prefix"),
        )
        analysis["DataExport"] = {
            "OutputSchemaVersion": export["OutputSchemaVersion"],
            "Destination": {"S3BucketDestination": destination},
        }
    return _set(Id=given["Id"], Filter=_filter(given), StorageClassAnalysis=analysis)


def tiering(given: Rule) -> dict[str, Any]:
    """One IntelligentTieringConfiguration."""
    tiers = [{"Days": int(each["Days"]), "AccessTier": each["AccessTier"]} for each in given["Tierings"]]
    return _set(Id=given["Id"], Status=given["Status"], Filter=_filter(given), Tierings=tiers)
