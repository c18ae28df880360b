"""Everything the sandbox's Service Catalog remembers in one account and Region, as plain dataclasses.

Times named `…_at` are seconds of `catalog.sandbox.settings.now`; `created` and `updated` are naive UTC datetimes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Artifact:
    """A provisioning artifact: one version of a product, with its template copied at creation."""

    id: str
    name: str
    description: str
    type: str
    url: str
    template: str
    document: dict[str, Any] | None
    """The parsed template; None when its validation was switched off and it does not parse."""
    created: datetime
    ready_at: float
    active: bool = True
    guidance: str = "DEFAULT"
    service_action_ids: list[str] = field(default_factory=list)


@dataclass
class StoredProduct:
    """A product and its artifacts, oldest first."""

    id: str
    view_id: str
    arn: str
    account: str
    type: str
    texts: dict[str, str]
    """The texts that people see, by the names of CreateProduct: Name, Owner, Description, Distributor, Support…."""
    tags: dict[str, str]
    created: datetime
    made_at: float
    ready_at: float
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    tag_option_ids: list[str] = field(default_factory=list)
    budgets: list[str] = field(default_factory=list)


@dataclass
class Share:
    """A portfolio offered to one other account."""

    account: str
    share_tag_options: bool
    accepted: bool = False


@dataclass
class ShareAction:
    """One action on a share with an organization node: what a PortfolioShareToken tracks."""

    token: str
    portfolio_id: str
    node: str
    started_at: float
    due_at: float
    accounts: tuple[str, ...]
    """The accounts that it reaches."""
    failed: tuple[str, ...] = ()
    """Those of them for which it fails."""
    error: str = ""
    """The name of the error that they get, such as ThrottlingException."""
    message: str = ""


@dataclass
class NodeShare:
    """A portfolio shared with a node of the organization: recipients get it without accepting it."""

    kind: str
    """OrganizationNodeType."""
    node: str
    """The bare id: an account's, `ou-…` or `o-…`."""
    share_tag_options: bool
    share_principals: bool
    created: ShareAction
    accounts: list[str]
    """The accounts of the node, kept in sync with the organization while it is trusted."""
    updated: ShareAction | None = None
    wanted: tuple[bool, bool] = (False, False)
    """What an update in progress sets: ShareTagOptions, SharePrincipals."""
    deleted: ShareAction | None = None


@dataclass
class StoredPortfolio:
    """A portfolio, the products in it, and whom it is shared with."""

    id: str
    arn: str
    account: str
    display_name: str
    provider_name: str
    description: str
    tags: dict[str, str]
    created: datetime
    product_ids: list[str] = field(default_factory=list)
    associated_at: dict[str, float] = field(default_factory=dict)
    """When each of the products came in."""
    tag_option_ids: list[str] = field(default_factory=list)
    shares: dict[str, Share] = field(default_factory=dict)
    """By account."""
    node_shares: dict[str, NodeShare] = field(default_factory=dict)
    """By the node's bare id."""
    budgets: list[str] = field(default_factory=list)


@dataclass
class StoredConstraint:
    """A constraint on one product in one portfolio."""

    id: str
    type: str
    description: str
    account: str
    product_id: str
    portfolio_id: str
    parameters: str
    """JSON text, kept as it was sent."""
    ready_at: float


@dataclass(frozen=True)
class StoredPrincipal:
    """Who may use a portfolio."""

    arn: str
    type: str


@dataclass
class StoredTagOption:
    """A tag that launches get or choose."""

    id: str
    key: str
    value: str
    active: bool = True


@dataclass
class StoredServiceAction:
    """A self-service action."""

    id: str
    name: str
    description: str
    definition_type: str
    definition: dict[str, str]


@dataclass(frozen=True)
class StoredLaunch:
    """What a provisioned product runs on; an update replaces it when it succeeds."""

    product_id: str
    product_arn: str
    artifact_id: str
    portfolio_arn: str
    path_id: str
    launch_role_arn: str
    """Empty without a LAUNCH constraint: then the caller's own permissions count."""
    stack_account: str
    tags: dict[str, str]
    """Tags from the caller and from TagOptions, without AutoTags."""
    type: str = "CFN_STACK"
    """Type of the provisioned product: CFN_STACKSET under a STACKSET constraint."""


@dataclass
class StoredStackInstance:
    """A stack set's stack in one account and Region; the stack may not exist."""

    account: str
    region: str
    stack_name: str
    status: str = "OUTDATED"
    """CURRENT, OUTDATED or INOPERABLE."""
    has_stack: bool = False
    """Whether its creation was begun."""
    updatable: bool = False
    """Whether the stack was ever complete; else an update makes it anew."""


@dataclass
class StackSet:
    """A stack set of CloudFormation, as launches under a STACKSET constraint make them."""

    name: str
    arn: str
    account: str
    admin_role: str
    execution_role: str
    template: str
    parameters: dict[str, str]
    tags: dict[str, str]
    instances: dict[tuple[str, str], StoredStackInstance] = field(default_factory=dict)
    """By account and Region."""


@dataclass
class RecordOutcome:
    """How an operation on a provisioned product ended; visible from `due_at` on."""

    due_at: float
    status: str
    """Of the provisioned product: AVAILABLE, TAINTED or ERROR; empty when it is gone."""
    message: str
    succeeded: bool
    rolled_back: bool = False
    errors: tuple[tuple[str, str], ...] = ()
    """RecordErrors as (code, description)."""
    outputs: tuple[tuple[str, str, str], ...] = ()
    """RecordOutputs as (key, value, description)."""
    stack_id: str = ""
    launch: StoredLaunch | None = None
    """What the provisioned product runs on from then on; None leaves it as it is."""


@dataclass
class StoredRecord:
    """A request to provision, update or terminate."""

    id: str
    type: str
    token: str
    provisioned_product_id: str
    provisioned_product_name: str
    provisioned_product_type: str
    product_id: str
    artifact_id: str
    path_id: str
    launch_role_arn: str
    tags: dict[str, str]
    user_arn: str
    user_arn_session: str
    created: datetime
    created_at: float
    outcome: RecordOutcome


@dataclass
class StoredProvisionedProduct:
    """A launched product, and the request that is changing it now."""

    id: str
    arn: str
    name: str
    token: str
    launch: StoredLaunch
    user_arn: str
    user_arn_session: str
    created: datetime
    stack_id: str = ""
    """ARN of the stack or of the stack set."""
    stack_set: StackSet | None = None
    status: str = "UNDER_CHANGE"
    message: str = ""
    outputs: tuple[tuple[str, str, str], ...] = ()
    last_record_id: str = ""
    last_provisioning_record_id: str = ""
    """The last one that is not of a service action."""
    last_successful_record_id: str = ""
    pending: StoredRecord | None = None


@dataclass(frozen=True)
class Copy:
    """A CopyProduct operation."""

    product_id: str
    due_at: float


@dataclass
class StoredCatalog:
    """One account's Service Catalog in one Region; dictionaries keep the order of creation."""

    portfolios: dict[str, StoredPortfolio] = field(default_factory=dict)
    products: dict[str, StoredProduct] = field(default_factory=dict)
    constraints: dict[str, StoredConstraint] = field(default_factory=dict)
    principals: dict[str, list[StoredPrincipal]] = field(default_factory=dict)
    """By portfolio: own ones and imported ones."""
    principal_at: dict[tuple[str, StoredPrincipal], float] = field(default_factory=dict)
    """When a principal was associated with a portfolio."""
    principal_ids: dict[tuple[str, StoredPrincipal], str] = field(default_factory=dict)
    """The unique id that a principal of type IAM had when it was associated, if it existed in the sandbox."""
    imported: dict[str, str] = field(default_factory=dict)
    """The owner's account of each portfolio whose share this account accepted."""
    rejected: set[str] = field(default_factory=set)
    """Portfolios of the organization that this account does not want."""
    share_actions: dict[str, ShareAction] = field(default_factory=dict)
    """By token."""
    organizations_access_at: float = 0.0
    """Of a management account: when the last change of Organizations access is done."""
    copies: dict[str, Copy] = field(default_factory=dict)
    """By token."""
    tag_options: dict[str, StoredTagOption] = field(default_factory=dict)
    service_actions: dict[str, StoredServiceAction] = field(default_factory=dict)
    provisioned_products: dict[str, StoredProvisionedProduct] = field(default_factory=dict)
    records: dict[str, StoredRecord] = field(default_factory=dict)
    tokens: dict[tuple[str, str, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)
    """Idempotency: (ARN of the caller, operation, token) to (digest of the request, response)."""
