"""The only place that makes boto3 clients: whose credentials, which Region, which endpoint."""

from __future__ import annotations

import ipaddress
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials

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
MAKING = threading.Lock()
"""Clients may be shared by threads, but not made by several at once (boto3 guide, "Clients": thread safety)."""

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
        with MAKING:
            if service not in self.clients:
                with aws_call(f"client {service}"), wrong_endpoint():
                    client = self.boto.client(  # type: ignore[call-overload]
                        service, region_name=self.region, endpoint_url=self.endpoint, config=config
                    )
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
            is_local = host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False
        return is_local and self.identity.says_sandbox

    def assume(self, role_arn: str, session_name: str = "catalog-launch") -> AwsSession:
        """A session of `role_arn`; raises `AwsCallError` when STS refuses.

        It is renewed before its hour is over, which is all that a role assumed from a role gets (IAM User Guide, "Role
        chaining"): publishing a large catalogue anew may take longer.
        """
        sts: STSClient = self.client("sts", FIRST_CALL)

        def keys() -> dict[str, str]:
            with aws_call("AssumeRole"):
                got = sts.assume_role(RoleArn=role_arn, RoleSessionName=session_name)["Credentials"]
            return {
                "access_key": got["AccessKeyId"],
                "secret_key": got["SecretAccessKey"],
                "token": got["SessionToken"],
                "expiry_time": got["Expiration"].isoformat(),
            }

        core = core_session()
        core.register_component("credential_provider", CredentialResolver([Renewed(keys)]))
        core.get_credentials()  # the first keys now: a refusal belongs here
        return AwsSession(boto3.Session(botocore_session=core), self.region, self.endpoint, self.on_call)


class Renewed(CredentialProvider):
    """Credentials that botocore asks `keys` for, again shortly before they expire."""

    METHOD = "assume-role"

    def __init__(self, keys: Callable[[], dict[str, str]]) -> None:
        super().__init__()
        self.keys = keys

    def load(self) -> RefreshableCredentials:
        """The first keys, and the way to the next."""
        return RefreshableCredentials.create_from_metadata(self.keys(), self.keys, self.METHOD)


def core_session() -> botocore.session.Session:
    """A botocore session which AWS_PROFILE has no say in: it may name a profile that does not exist."""
    core = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    core.register_component("data_loader", loader())
    return core


@cache
def loader() -> botocore.loaders.Loader:
    """The models of the services, read once for all sessions: reading them is most of the work of making a client."""
    return botocore.loaders.create_loader(os.environ.get("AWS_DATA_PATH"))


def keyed_session(key: str, secret: str, token: str | None = None) -> boto3.Session:
    """A boto3 session of these keys."""
    return boto3.Session(
        aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token, botocore_session=core_session()
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
