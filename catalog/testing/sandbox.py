"""The sandbox as a test sees it: clients, publishing the repository under test, launching its products."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from catalog.aws.provisioning import Provisioning
from catalog.aws.session import AwsSession, open_local_session
from catalog.content.load import Catalog, load_catalog
from catalog.content.portfolio_files import PortfolioFile
from catalog.content.render import Rendered, render
from catalog.errors import AwsError, ContentError
from catalog.model.limits import shown
from catalog.model.portfolio import PrincipalType
from catalog.plan.changes import Plan
from catalog.provisioning.launch import Launch, choose_portfolio, start
from catalog.publishing.apply import apply
from catalog.publishing.desired import Publication, publication
from catalog.publishing.planner import plan
from catalog.releases import choose_version
from catalog.sandbox.control import CLOCK_PATH, REGION, STUBS_PATH
from catalog.testing.brief import briefly
from catalog.testing.denials import assert_denied
from catalog.testing.launched import LaunchedProduct, LaunchFailedError, launched_product
from catalog.testing.stubs import Answer, StubbedResource, StubServer, tell

if TYPE_CHECKING:
    from catalog.sandbox.control import Sandbox

ROLE = re.compile(r"(?:role/)?[\w+=,.@-]+(?:/[\w+=,.@-]+)*", re.ASCII)
"""The name of a role in the sandbox's account, with or without `role/`."""


@dataclass(repr=False)
class CatalogSandbox:
    """A started, empty sandbox for one test, and the repository whose products it tests."""

    server: Sandbox
    repository: Path
    _published: Publication | None = field(default=None, init=False)
    _sessions: dict[tuple[str, str], AwsSession] = field(default_factory=dict, init=False)
    _launches: int = field(default=0, init=False)
    _stubs: StubServer = field(default_factory=StubServer, init=False)

    def __repr__(self) -> str:
        return f"<sandbox at {self.url}>"

    @property
    def url(self) -> str:
        """The address of the sandbox on 127.0.0.1."""
        return self.server.url

    @property
    def account(self) -> str:
        """The account of the sandbox."""
        return self.session().identity.account

    @property
    def environment(self) -> dict[str, str]:
        """The variables that make the AWS CLI and SDKs use the sandbox, for programs that the test runs."""
        return self.server.environment()

    @briefly
    def client(self, service: str, *, as_: str | None = None, region: str = REGION) -> Any:
        """A boto3 client such as `client("kms")`, of the sandbox's administrator or of a role."""
        session = self.session(as_, region)
        return session.boto.client(service, region_name=region, endpoint_url=session.endpoint)  # type: ignore[call-overload]  # its overloads take literal names

    @briefly
    def session(self, as_: str | None = None, region: str = REGION) -> AwsSession:
        """The session of the sandbox's administrator, or of a role."""
        role = self.role_arn(as_) if as_ else ""
        if (role, region) not in self._sessions:
            administrator = open_local_session(self.environment, region)
            self._sessions[role, region] = administrator.assume(role, "test") if role else administrator
        return self._sessions[role, region]

    @briefly
    def stub(self, match: str, answer: Answer) -> StubbedResource:
        """Answer the custom resources of a type or a ServiceToken, in which `*` is any text; the newest stub counts.

        `answer` is what the function would send (Status, Reason, PhysicalResourceId, Data, NoEcho), or a function that
        returns it for a request. The stub knows the `requests` that it got. It ends with the test.
        """
        if not match:
            raise ContentError("a stub needs a type or a ServiceToken, such as Custom::Quota or Custom::*")
        if not isinstance(answer, Mapping) and not callable(answer):
            raise ContentError(
                f"the answer of a stub must be a mapping, or a function that returns one, got {answer!r}"
            )
        stub = StubbedResource(match, answer)
        tell(self.server, STUBS_PATH, {"match": match, "url": self._stubs.add(stub)})
        return stub

    @briefly
    def wait_for_signals(self, match: str = "AWS::CloudFormation::WaitCondition") -> None:
        """Let wait conditions, or resources of a type with a creation policy, wait for their signals.

        A launch then waits too, so it runs in a thread of the test, which sends the signals, or calls `advance` until
        their Timeout is over.
        """
        tell(self.server, STUBS_PATH, {"match": match, "wait": True})

    @briefly
    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock ahead: what waits until then is done, or has waited for too long."""
        tell(self.server, CLOCK_PATH, {"seconds": seconds})

    assert_denied = staticmethod(assert_denied)

    def close(self) -> None:
        """End the stubs of the test."""
        self._stubs.stop()

    def role_arn(self, role: str) -> str:
        """The ARN of a role: of `arn:…`, `role/NAME` or `NAME` in the sandbox's account."""
        if role.startswith("arn:"):
            return role
        if not ROLE.fullmatch(role):
            raise ContentError(f"as_ must be the name or the ARN of a role, got {shown(role)}")
        identity = self.session().identity
        return f"arn:{identity.partition}:iam::{identity.account}:role/{role.removeprefix('role/')}"

    @briefly
    def publish(self, *, region: str = REGION) -> Plan:
        """Publish the repository: what is released, and the working tree where it is not released, as a pre-release.

        Returns the plan that was carried out. It does not run the checks: `catalog validate` does. `ContentError` for
        wrong content; `AwsError` when nothing could be published.
        """
        catalog = load_catalog(self.repository)
        rendered = [render(key, definition) for key, definition in catalog.products.items()]
        declared = publication(catalog, rendered, dev=True)
        session = self.session(region=region)
        made = plan(declared, session)
        if made.blockers:
            raise AwsError(f"nothing was published: {' '.join(made.blockers)}")
        apply(made, session, declared.bodies())
        self._published = declared
        return made

    @briefly
    def launch(
        self,
        product: str,
        parameters: Mapping[str, str | Sequence[str]] | None = None,
        *,
        as_: str | None = None,
        portfolio: str | None = None,
        version: str | None = None,
        name: str | None = None,
        tags: Mapping[str, str] | None = None,
        region: str = REGION,
    ) -> LaunchedProduct:
        """Launch a published product as a person with a role does, and wait for it.

        Without `as_`, the role is the first that the portfolio names. Without `version`, it is the working tree's, or
        the default version if the working tree is released. A parameter that is a list is joined with commas.

        `ContentError`, before anything is called, for input that the template or the portfolio refuses;
        `AwsCallError` when the role has no access; `LaunchFailedError` with the stack's events when the launch fails.
        """
        if self._published is None:
            raise AwsError("nothing is published yet", hint="Call catalog_sandbox.publish() first.")
        content = self._published.catalog
        chosen = choose_portfolio(content, product, portfolio)
        rendered = self._version(content, product, version)
        role = as_ or self._first_role(content, product, chosen)
        self._launches += 1
        launch = Launch(
            content,
            rendered,
            name or f"{product}-{self._launches}",
            {key: _text(f"parameter {key}", value) for key, value in (parameters or {}).items()},
            {key: _text(f"tag {key}", value) for key, value in (tags or {}).items()},
            chosen,
        )
        launch.check(None)
        administrator, caller = self.session(region=region), self.session(role, region)
        provisioning = Provisioning(caller)
        record = provisioning.follow(start(launch, caller, administrator), lambda _: None)
        launched = launched_product(administrator, caller, record, rendered)
        if record.status == "FAILED":
            raise LaunchFailedError("launch", launched)
        return launched

    def _version(self, content: Catalog, product: str, version: str | None) -> Rendered:
        """The version to launch."""
        pre_releases = self._published.pre_releases if self._published else {}
        if product in pre_releases and version in (None, pre_releases[product].version):
            return pre_releases[product]
        rendered = choose_version(content, product, version)
        if rendered is None:
            raise ContentError(
                f"{product} {version} is not published",
                hint=f"The pre-release of the working tree is {pre_releases[product].version}."
                if product in pre_releases
                else "The working tree is released.",
            )
        return rendered

    def _first_role(self, content: Catalog, product: str, portfolio: PortfolioFile | None) -> str:
        """The first role that may launch through the portfolio; of a pattern, one that it matches."""
        if portfolio is None:
            keys = [key for key, file in content.portfolios.items() if product in file.products]
            raise ContentError(
                f"{len(keys)} portfolios have {product}: {', '.join(keys)}",
                hint="Say portfolio=… , or as whom to launch: as_=… .",
            )
        for role in roles_of(portfolio, self.session()):
            return role
        raise ContentError(
            f"{portfolio.document.shown} lets no role launch", hint="Say as_=…, or add a principal to the portfolio."
        )


def roles_of(portfolio: PortfolioFile, session: AwsSession) -> Iterator[str]:
    """The roles of a portfolio in the order of its file; of a pattern, the name that it has with `x` for a wildcard."""
    for principal in session.account_region.fill(portfolio.document.data.get("principals", [])):
        _, of_role, name = principal["arn"].partition(":role/")
        if of_role:
            is_pattern = principal.get("type") == PrincipalType.IAM_PATTERN
            yield re.sub(r"[*?]+", "x", name) if is_pattern else principal["arn"]


def _text(what: str, value: object) -> str:
    """A parameter or a tag as AWS takes it: a list is joined with commas, and nothing else is made a text."""
    if isinstance(value, str):
        return value
    texts = list(value) if isinstance(value, Sequence) else [None]
    if not all(isinstance(each, str) for each in texts):
        raise ContentError(f"{what} must be a text or a list of texts, got {value!r}")
    return ",".join(str(each) for each in texts)
