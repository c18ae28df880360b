"""L3. The only place that makes boto3 clients: whose credentials, which Region, which endpoint."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import botocore.session
from botocore.config import Config

from catalog.aws.calls import aws_call
from catalog.errors import ContentError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_servicecatalog import ServiceCatalogClient
    from mypy_boto3_sts import STSClient

# Throttling is Service Catalog's most common error (facts: no published rates), so retries are many and adaptive.
CONFIG = Config(
    retries={"mode": "adaptive", "max_attempts": 10},
    connect_timeout=10,
    read_timeout=60,
    user_agent_extra="catalog",
)
# The first call tells whether there is anybody at the endpoint: it must not take a minute to say no.
FIRST_CALL = CONFIG.merge(Config(retries={"mode": "standard", "max_attempts": 2}, connect_timeout=5))

SANDBOX_HEADER = "x-catalog-sandbox"
"""On every answer of the sandbox (catalog/sandbox/server.py)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who is calling (STS GetCallerIdentity)."""

    account: str
    arn: str
    partition: str
    says_sandbox: bool = False
    """Whether the answer bore `SANDBOX_HEADER`."""


@dataclass(frozen=True)
class AwsSession:
    """Credentials, a Region and an endpoint; clients are made once, when first used."""

    boto: boto3.Session
    region: str
    endpoint: str | None = None
    on_call: Callable[[str], None] | None = None
    """Told the name of every API operation before it is sent, such as `servicecatalog:CreateProduct`."""
    clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def client(self, service: str, config: Config = CONFIG) -> Any:
        """A client of `service`, kept for the session's life."""
        if service not in self.clients:
            with aws_call(f"client {service}"), wrong_endpoint():
                client = self.boto.client(service, region_name=self.region, endpoint_url=self.endpoint, config=config)  # type: ignore[call-overload]
            if self.on_call:
                client.meta.events.register("before-call", self.report)
            self.clients[service] = client
        return self.clients[service]

    def report(self, model: Any, **_: Any) -> None:
        """Event handler of botocore: name the operation that is about to be sent."""
        if self.on_call:
            self.on_call(f"{model.service_model.endpoint_prefix}:{model.name}")

    @property
    def servicecatalog(self) -> ServiceCatalogClient:
        """The Service Catalog client."""
        client: ServiceCatalogClient = self.client("servicecatalog")
        return client

    @property
    def cloudformation(self) -> CloudFormationClient:
        """The CloudFormation client."""
        client: CloudFormationClient = self.client("cloudformation")
        return client

    @property
    def iam(self) -> IAMClient:
        """The IAM client."""
        client: IAMClient = self.client("iam")
        return client

    @property
    def kms(self) -> KMSClient:
        """The KMS client."""
        client: KMSClient = self.client("kms")
        return client

    @property
    def s3(self) -> S3Client:
        """The S3 client."""
        client: S3Client = self.client("s3")
        return client

    @cached_property
    def identity(self) -> Identity:
        """Account, ARN and partition of the caller; the first call that AWS sees of us."""
        sts: STSClient = self.client("sts", FIRST_CALL)
        with aws_call("GetCallerIdentity"):
            answer = sts.get_caller_identity()
        says = SANDBOX_HEADER in answer["ResponseMetadata"]["HTTPHeaders"]
        return Identity(answer["Account"], answer["Arn"], answer["Arn"].split(":")[1], says)

    @property
    def is_sandbox(self) -> bool:
        """Whether the endpoint is on this machine and says that it is the sandbox; a tunnel to AWS may be on it too.

        Then buckets and roles may be made without `catalog bootstrap`, and pre-releases may reach every portfolio.
        """
        host = urlsplit(self.servicecatalog.meta.endpoint_url).hostname or ""
        try:
            here = host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False
        return here and self.identity.says_sandbox

    def assume(self, role_arn: str) -> AwsSession:
        """A session of `role_arn`, for one hour; raises `AwsCallError` when STS refuses."""
        sts: STSClient = self.client("sts", FIRST_CALL)
        with aws_call("AssumeRole"):
            keys = sts.assume_role(RoleArn=role_arn, RoleSessionName="catalog-launch")["Credentials"]
        boto = keyed_session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"])
        return AwsSession(boto, self.region, self.endpoint, self.on_call)


def keyed_session(key: str, secret: str, token: str | None = None) -> boto3.Session:
    """A boto3 session of these keys, which AWS_PROFILE has no say in: it may name a profile that does not exist."""
    core = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    return boto3.Session(
        aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token, botocore_session=core
    )


@contextmanager
def wrong_endpoint() -> Iterator[None]:
    """An endpoint that is no URL, for which botocore raises ValueError, as a `ContentError`."""
    try:
        yield
    except ValueError as error:
        raise ContentError(str(error), hint="Check AWS_ENDPOINT_URL: it must be a URL.") from error


def open_session(profile: str | None, region: str | None, on_call: Callable[[str], None] | None = None) -> AwsSession:
    """A session by boto3's own chain; `ContentError` when there are no credentials or no Region. No call is made."""
    # boto3 reads AWS_DEFAULT_REGION alone; the other SDKs and the AWS CLI read AWS_REGION first.
    region = region or os.environ.get("AWS_REGION")
    with aws_call("session"):
        boto = boto3.Session(profile_name=profile, region_name=region)
        credentials = boto.get_credentials()
    if not boto.region_name:
        raise ContentError("no AWS Region", hint="Name one with --region or AWS_REGION, or use --local.")
    if credentials is None:
        raise ContentError(
            "no AWS credentials",
            hint="Sign in, name a --profile, set AWS_ACCESS_KEY_ID and its companions, or use --local.",
        )
    return AwsSession(boto, boto.region_name, on_call=on_call)


def open_local_session(
    environment: Mapping[str, str], region: str | None, on_call: Callable[[str], None] | None = None
) -> AwsSession:
    """A session on the sandbox, whose `environment` gives endpoint and keys."""
    boto = keyed_session(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
    return AwsSession(boto, region or environment["AWS_REGION"], environment["AWS_ENDPOINT_URL"], on_call)
