"""Applications of Elastic Beanstalk. Nothing is deployed."""

from __future__ import annotations

from catalog.sandbox.registry.api_types import ApiCall, Setting
from catalog.sandbox.registry.rows import inside, plain, regional

NAME = ("ApplicationName",)
LIFECYCLE = "ResourceLifecycleConfig"
NO_LIMITS = {"VersionLifecycleConfig": {"MaxCountRule": {"Enabled": False}, "MaxAgeRule": {"Enabled": False}}}
"""What an application without the property has [assumed]."""

APPLICATION = plain(
    "AWS::ElasticBeanstalk::Application",
    "elasticbeanstalk",
    NAME,
    create=ApiCall("CreateApplication", identity=NAME, copies=True),
    read=ApiCall("DescribeApplications", lambda it: {"ApplicationNames": [it["ApplicationName"]]}),
    shown=inside("Applications.0"),
    settings=(
        Setting(
            (LIFECYCLE,),
            ApiCall(
                "UpdateApplicationResourceLifecycle",
                lambda it: {LIFECYCLE: it[LIFECYCLE] or NO_LIMITS},
                identity=NAME,
            ),
            on_create=False,
        ),
    ),
    update=ApiCall("UpdateApplication", lambda it: {"Description": it.text("Description")}, identity=NAME),
    arn=lambda it: regional(it, "elasticbeanstalk", f"application/{it['ApplicationName']}"),
)

TYPES = (APPLICATION,)
