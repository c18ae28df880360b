"""Sessions and clients of boto3: credentials, Region, endpoint and assumed roles. No other module makes clients."""

from __future__ import annotations

import ipaddress
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import boto3
import botocore
import botocore.loaders
import botocore.session
from botocore.config import Config
from botocore.credentials import CredentialProvider, CredentialResolver, Credentials, RefreshableCredentials

from catalog import __version__
from catalog.aws.answers import AnsweringClient
from catalog.aws.calls import NO_CREDENTIALS_HINT, NO_REGION_HINT, aws_call
from catalog.aws.pacing import ATTEMPTS, FIRST_ATTEMPTS, GLOBAL, Pacer, Pacing, Retries
from catalog.aws.reads import read_both
from catalog.aws.whole_answers import refuse_cut_answers
from catalog.errors import ContentError
from catalog.model.limits import shown
from catalog.model.regions import check_region
from catalog.runs.recording import RECORDING

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_servicecatalog import ServiceCatalogClient
    from mypy_boto3_sts import STSClient
    from mypy_boto3_sts.type_defs import GetCallerIdentityResponseTypeDef

    from catalog.content.portfolio_files import AccountRegion

CONNECTIONS = 64
"""Connections that a client keeps, for as many threads. botocore keeps 10, and closes those of others after use."""
# Retries are made by catalog/aws/pacing.py, so botocore sends each request once.
CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 1},
    connect_timeout=10,
    read_timeout=60,
    max_pool_connections=CONNECTIONS,
    user_agent=f"catalog/{__version__} Boto3/{boto3.__version__} Botocore/{botocore.__version__}",  # made once
)
# The first call shows whether the endpoint answers: its failure must not take a minute.
FIRST_CALL = CONFIG.merge(Config(connect_timeout=5))
MAKING = threading.Lock()
"""Threads may share clients, but must not create them at the same time (boto3 guide, "Clients": thread safety)."""

SANDBOX_HEADER = "x-catalog-sandbox"
"""A header of every answer of the sandbox (catalog/sandbox/server.py)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The caller (STS GetCallerIdentity)."""

    account: str
    arn: str
    partition: str
    from_sandbox: bool = False
    """Whether the answer had `SANDBOX_HEADER`."""


CALLER: ContextVar[AwsSession | None] = ContextVar("CALLER", default=None)
"""The session that makes a call. Sessions with the same credentials share their clients."""
CLIENTS: WeakKeyDictionary[boto3.Session, dict[tuple[str, str, str | None], Any]] = WeakKeyDictionary()
"""The clients of each session of boto3 by service, Region and endpoint. To create one takes some milliseconds."""


@dataclass(frozen=True)
class AwsSession:
    """Credentials, a Region and an endpoint. Each client is created once, at its first use."""

    boto: boto3.Session
    region: str
    endpoint: str | None = None
    on_call: Callable[[str], None] | None = None
    """Called with the name of every API operation before it is sent, such as `servicecatalog:CreateProduct`."""
    pacing: Pacing = field(default_factory=Pacing, repr=False, compare=False)
    """Shared by the sessions of a run."""
    clients: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def client(self, service: str, config: Config = CONFIG) -> Any:
        """The session's client for `service`."""
        with MAKING:
            if service not in self.clients:
                made = CLIENTS.setdefault(self.boto, {})
                key = (service, self.region, self.endpoint)
                if key not in made:
                    made[key] = self.new_client(service, config)
                self.clients[service] = AnsweringClient(made[key], self.calling)
            return self.clients[service]

    def new_client(self, service: str, config: Config) -> Any:
        """A client of boto3 whose event handlers act for the session that makes the call."""
        with aws_call(f"client {service}"), wrong_endpoint():
            client = self.boto.client(  # type: ignore[call-overload]  # its overloads take literal names
                service, region_name=self.region, endpoint_url=self.endpoint, config=config
            )
        refuse_cut_answers(client)  # before the retries: they see an error
        Retries(client, pacer_of(service), FIRST_ATTEMPTS if config is FIRST_CALL else ATTEMPTS)
        client.meta.events.register("before-call", report)
        client.meta.events.register("after-call", record)
        client.meta.events.register("after-call-error", record_failure)
        return client

    @contextmanager
    def calling(self) -> Iterator[None]:
        """The session makes the calls of this context."""
        before = CALLER.set(self)
        try:
            yield
        finally:
            CALLER.reset(before)

    def pacer(self, service: str) -> Pacer:
        """What paces the calls of a service."""
        return self.pacing.pacer(self.known_account, "" if service in GLOBAL else self.region)

    @property
    def known_account(self) -> str:
        """The account; empty until the first call, which asks for the identity, is answered."""
        return self.identity.account if "identity" in self.__dict__ else ""

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
        """Account, ARN and partition of the caller. This is the first call that is sent.

        Until its answer is there, the client is created that most calls need: it reads a large model.
        """
        sts: STSClient = self.client("sts", FIRST_CALL)

        def ask() -> GetCallerIdentityResponseTypeDef:
            with aws_call("GetCallerIdentity"):
                return sts.get_caller_identity()

        answer, _ = read_both(ask, lambda: self.servicecatalog)
        from_sandbox = SANDBOX_HEADER in answer["ResponseMetadata"]["HTTPHeaders"]
        RECORDING.account(answer["Account"], self.region, sandbox=from_sandbox)
        return Identity(answer["Account"], answer["Arn"], answer["Arn"].split(":")[1], from_sandbox)

    @property
    def account_region(self) -> AccountRegion:
        """The account and Region, whose values replace the placeholders of content."""
        from catalog.content.portfolio_files import AccountRegion

        return AccountRegion(self.identity.account, self.region, self.identity.partition)

    @property
    def is_sandbox(self) -> bool:
        """Whether the endpoint is on this machine and identifies itself as the sandbox.

        The address alone is not enough: a tunnel to AWS can have one of this machine. In the sandbox buckets and roles
        may be created without `catalog bootstrap`, and pre-releases may be published to every portfolio.
        """
        host = urlsplit(self.servicecatalog.meta.endpoint_url).hostname or ""
        try:
            is_local = host == "localhost" or ipaddress.ip_address(host).is_loopback
        except ValueError:
            return False
        return is_local and self.identity.from_sandbox

    def acting_as(self, role_arn: str | None) -> AwsSession:
        """`assume` if there is a role to assume, else this session."""
        return self.assume(role_arn) if role_arn else self

    def assume(self, role_arn: str, session_name: str = "catalog-launch") -> AwsSession:
        """A session in the role `role_arn`. `AwsCallError` when STS refuses.

        Its credentials are renewed before they expire: role chaining limits them to one hour (IAM User Guide, "Role
        chaining"), and the first publish of a large catalog can take longer.
        """
        sts: STSClient = self.client("sts", FIRST_CALL)

        def keys() -> dict[str, str]:
            with aws_call("AssumeRole"):
                credentials = sts.assume_role(RoleArn=role_arn, RoleSessionName=session_name)["Credentials"]
            return {
                "access_key": credentials["AccessKeyId"],
                "secret_key": credentials["SecretAccessKey"],
                "token": credentials["SessionToken"],
                "expiry_time": credentials["Expiration"].isoformat(),
            }

        core = core_session()
        core.register_component("credential_provider", CredentialResolver([RenewingProvider(keys)]))
        core.get_credentials()  # get the first keys now, so that a refusal is raised here
        return AwsSession(boto3.Session(botocore_session=core), self.region, self.endpoint, self.on_call, self.pacing)


def pacer_of(service: str) -> Callable[[], Pacer]:
    """What returns the pacer of a service's calls for the session that makes them."""
    alone = Pacing().pacer("", "")

    def pacer() -> Pacer:
        caller = CALLER.get()
        return caller.pacer(service) if caller else alone

    return pacer


def report(model: Any, context: dict[str, Any], **_: Any) -> None:
    """Event handler of botocore: report the operation that is about to be sent, and note when."""
    context["catalog_call"] = (model, time.monotonic())
    caller = CALLER.get()
    if caller and caller.on_call:
        caller.on_call(f"{model.service_model.endpoint_prefix}:{model.name}")


def record(parsed: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    """Event handler of botocore: note in the journal of the run what AWS has answered."""
    caller = CALLER.get()
    if caller is None or "catalog_call" not in context:  # without it another handler has answered in AWS's place
        return
    model, start = context["catalog_call"]
    took = time.monotonic() - start
    where = (caller.known_account, caller.region)
    RECORDING.call(model.service_model.endpoint_prefix, model.name, parsed, took, where)


def record_failure(exception: Exception, context: dict[str, Any], **_: Any) -> None:
    """Event handler of botocore: note in the journal that a call has got no answer."""
    record({"Error": {"Code": type(exception).__name__}}, context)


class RenewingProvider(CredentialProvider):
    """Credentials from `keys`, which botocore calls again shortly before they expire."""

    METHOD = "assume-role"

    def __init__(self, keys: Callable[[], dict[str, str]]) -> None:
        super().__init__()
        self.keys = keys

    def load(self) -> RefreshableCredentials:
        """The first keys, and the function that returns the next."""
        return RefreshableCredentials.create_from_metadata(self.keys(), self.keys, self.METHOD)


def core_session() -> botocore.session.Session:
    """A botocore session that ignores AWS_PROFILE, which may name a profile that does not exist."""
    core = botocore.session.Session(session_vars={"profile": (None, None, None, None)})
    core.register_component("data_loader", loader())
    return core


@cache
def loader() -> botocore.loaders.Loader:
    """The loader of service models, shared by all sessions: reading them takes most of the time to create a client."""
    return botocore.loaders.create_loader(os.environ.get("AWS_DATA_PATH"))


def keyed_session(key: str, secret: str, token: str | None = None) -> boto3.Session:
    """A boto3 session with these keys."""
    return boto3.Session(
        aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token, botocore_session=core_session()
    )


@contextmanager
def wrong_endpoint() -> Iterator[None]:
    """Raise `ContentError` for an endpoint that is not a URL, for which botocore raises ValueError."""
    try:
        with aws_call("session"):
            yield
    except ValueError as error:
        value = shown(str(error).removeprefix("Invalid endpoint: "))
        raise ContentError(
            f"the endpoint must be a URL such as https://host:port, got {value}", hint="Check AWS_ENDPOINT_URL."
        ) from error


def chained_session(profile: str | None, region: str | None) -> tuple[boto3.Session, Credentials | None]:
    """A boto3 session, and what its credential chain leads to: None without credentials."""
    # boto3 reads only AWS_DEFAULT_REGION; the other SDKs and the AWS CLI read AWS_REGION first.
    with aws_call("session"):
        boto = boto3.Session(profile_name=profile, region_name=region or os.environ.get("AWS_REGION"))
        credentials = boto.get_credentials()
    if boto.region_name:
        check_region("--region, AWS_REGION or the profile's region", boto.region_name)
    return boto, credentials


def open_session(profile: str | None, region: str | None, on_call: Callable[[str], None] | None = None) -> AwsSession:
    """A session with boto3's credential chain, without any call. `ContentError` without credentials or Region."""
    boto, credentials = chained_session(profile, region)
    if not boto.region_name:
        raise ContentError("no AWS Region", hint=NO_REGION_HINT)
    if credentials is None:
        raise ContentError("no AWS credentials", hint=NO_CREDENTIALS_HINT)
    return AwsSession(boto, boto.region_name, on_call=on_call)


def open_local_session(
    environment: Mapping[str, str], region: str | None, on_call: Callable[[str], None] | None = None
) -> AwsSession:
    """A session on the sandbox, with the endpoint and keys of its `environment`."""
    check_region("--region", region or environment["AWS_REGION"])
    boto = sandbox_session(
        environment["AWS_ENDPOINT_URL"], environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
    )
    return AwsSession(boto, region or environment["AWS_REGION"], environment["AWS_ENDPOINT_URL"], on_call)


@lru_cache(maxsize=4)
def sandbox_session(endpoint: str, key: str, secret: str) -> boto3.Session:
    """The boto3 session of the sandbox at `endpoint`; a process has one, so that its clients are shared."""
    return keyed_session(key, secret)
