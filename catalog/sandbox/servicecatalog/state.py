"""The state of Service Catalog in one account and Region, as plain dataclasses.

Times named `…_at` are seconds of `catalog.sandbox.settings.now`; `created` and `updated` are naive UTC datetimes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Artifact:
    """A provisioning artifact: a version of a product, with a copy of its template."""

    id: str
    name: str
    description: str
    type: str
    info: dict[str, str]
    """Where its template came from, as DescribeProvisioningArtifact answers it."""
    template: str
    document: dict[str, Any] | None
    """The parsed template; None if it is invalid and its validation was disabled."""
    created: datetime
    ready_at: float
    active: bool = True
    guidance: str = "DEFAULT"
    service_action_ids: list[str] = field(default_factory=list)
    made_at: float = 0.0


@dataclass
class StoredProduct:
    """A product and its artifacts, oldest first."""

    id: str
    view_id: str
    arn: str
    account: str
    type: str
    texts: dict[str, str]
    """The texts by their names in CreateProduct: Name, Owner, Description, Distributor, Support…."""
    tags: dict[str, str]
    created: datetime
    made_at: float
    ready_at: float
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    tag_option_ids: list[str] = field(default_factory=list)
    budgets: list[str] = field(default_factory=list)


@dataclass
class Share:
    """A share of a portfolio with a single account."""

    account: str
    share_tag_options: bool
    accepted: bool = False


@dataclass
class ShareAction:
    """An action on a share with an organization node, tracked by a PortfolioShareToken."""

    token: str
    portfolio_id: str
    node: str
    started_at: float
    due_at: float
    accounts: tuple[str, ...]
    """The accounts of the action."""
    failed: tuple[str, ...] = ()
    """The accounts for which the action fails."""
    error: str = ""
    """The name of the error for these accounts, for example ThrottlingException."""
    message: str = ""


@dataclass
class NodeShare:
    """A share of a portfolio with an organization node: recipients need not accept it."""

    kind: str
    """The OrganizationNodeType."""
    node: str
    """The id of an account, of an organizational unit (`ou-…`) or of the organization (`o-…`)."""
    share_tag_options: bool
    share_principals: bool
    created: ShareAction
    accounts: list[str]
    """The accounts of the node, updated from the organization while Service Catalog has access to it."""
    updated: ShareAction | None = None
    wanted: tuple[bool, bool] = (False, False)
    """ShareTagOptions and SharePrincipals after the update in progress."""
    deleted: ShareAction | None = None


@dataclass
class StoredPortfolio:
    """A portfolio with its products and shares."""

    id: str
    arn: str
    account: str
    display_name: str
    provider_name: str
    description: str
    tags: dict[str, str]
    created: datetime
    made_at: float = 0.0
    product_ids: list[str] = field(default_factory=list)
    associated_at: dict[str, float] = field(default_factory=dict)
    """The time at which each product was associated."""
    tag_option_ids: list[str] = field(default_factory=list)
    shares: dict[str, Share] = field(default_factory=dict)
    """By account."""
    node_shares: dict[str, NodeShare] = field(default_factory=dict)
    """By the id of the node."""
    budgets: list[str] = field(default_factory=list)


@dataclass
class StoredConstraint:
    """A constraint on a product in a portfolio."""

    id: str
    type: str
    description: str
    account: str
    product_id: str
    portfolio_id: str
    parameters: str
    """JSON text, as in the request."""
    ready_at: float
    made_at: float = 0.0


@dataclass(frozen=True)
class StoredPrincipal:
    """An IAM identity, or a pattern of such, that may use a portfolio."""

    arn: str
    type: str


@dataclass
class StoredTagOption:
    """A TagOption: a key with one of its values."""

    id: str
    key: str
    value: str
    owner: str
    """The account that created it."""
    active: bool = True
    made_at: float = 0.0


@dataclass
class StoredServiceAction:
    """A service action."""

    id: str
    name: str
    description: str
    definition_type: str
    definition: dict[str, str]
    made_at: float = 0.0


@dataclass(frozen=True)
class StoredLaunch:
    """The product, version, path and role of a provisioned product; a successful update replaces it."""

    product_id: str
    product_arn: str
    artifact_id: str
    portfolio_arn: str
    path_id: str
    launch_role_arn: str
    """Empty without a LAUNCH constraint: then the caller's own permissions apply."""
    stack_account: str
    tags: dict[str, str]
    """Tags from the caller and from TagOptions, without AutoTags."""
    type: str = "CFN_STACK"
    """The type of the provisioned product: CFN_STACKSET under a STACKSET constraint."""


@dataclass
class StoredStackInstance:
    """An instance of a stack set in an account and Region; its stack may not exist."""

    account: str
    region: str
    stack_name: str
    status: str = "OUTDATED"
    """CURRENT, OUTDATED or INOPERABLE."""
    has_stack: bool = False
    """Whether the creation of the stack was started."""
    updatable: bool = False
    """Whether the stack was ever complete; otherwise an update deletes and creates it."""


@dataclass
class StackSet:
    """A CloudFormation stack set, created by a launch under a STACKSET constraint."""

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
    """The result of an operation on a provisioned product; visible from `due_at` on."""

    due_at: float
    status: str
    """The status of the provisioned product: AVAILABLE, TAINTED or ERROR; empty if it was removed."""
    message: str
    succeeded: bool
    rolled_back: bool = False
    errors: tuple[tuple[str, str], ...] = ()
    """RecordErrors as (code, description)."""
    outputs: tuple[tuple[str, str, str], ...] = ()
    """RecordOutputs as (key, value, description)."""
    stack_id: str = ""
    launch: StoredLaunch | None = None
    """The new launch of the provisioned product; None keeps the present one."""
    unproven: tuple[tuple[str, str, str], ...] = ()
    """(logical id, type, `modelled` or `stub`) of each resource that no service of the sandbox has."""


@dataclass
class StoredRecord:
    """The record of a request to provision, update or terminate, or to run a service action."""

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
    """A provisioned product, and its pending operation."""

    id: str
    arn: str
    name: str
    token: str
    launch: StoredLaunch
    user_arn: str
    user_arn_session: str
    created: datetime
    stack_id: str = ""
    """The ARN of the stack or stack set."""
    stack_set: StackSet | None = None
    status: str = "UNDER_CHANGE"
    message: str = ""
    outputs: tuple[tuple[str, str, str], ...] = ()
    last_record_id: str = ""
    last_provisioning_record_id: str = ""
    """The last record that is not of a service action."""
    last_successful_record_id: str = ""
    pending: StoredRecord | None = None
    launch_role: str = ""
    """A role that UpdateProvisionedProductProperties has set; empty: the role of the LAUNCH constraint."""


@dataclass
class StoredPlan:
    """A plan of a provisioned product: a launch or an update that is prepared, shown, and executed later."""

    id: str
    request: dict[str, Any]
    """CreateProvisionedProductPlan as it was sent; the plan is executed with these members."""
    provisioned_product_id: str
    provisioned_product_name: str
    product_id: str
    artifact_id: str
    path_id: str
    user_arn: str
    user_arn_session: str
    created: datetime
    ready_at: float
    message: str
    """Why the plan is CREATE_FAILED; empty otherwise."""
    changes: tuple[Any, ...] = ()
    """The changes of its change set."""
    stack_version: object = None
    """`stack_runs.version_of_stack` when it was made."""
    record_id: str = ""
    """The record of its execution."""


@dataclass(frozen=True)
class Copy:
    """A CopyProduct operation."""

    product_id: str
    due_at: float


@dataclass
class StoredCatalog:
    """The Service Catalog of one account in one Region; dictionaries are in the order of creation."""

    portfolios: dict[str, StoredPortfolio] = field(default_factory=dict)
    products: dict[str, StoredProduct] = field(default_factory=dict)
    constraints: dict[str, StoredConstraint] = field(default_factory=dict)
    principals: dict[str, list[StoredPrincipal]] = field(default_factory=dict)
    """By the id of an own or imported portfolio."""
    principal_at: dict[tuple[str, StoredPrincipal], float] = field(default_factory=dict)
    """The time at which a principal was associated with a portfolio."""
    principal_ids: dict[tuple[str, StoredPrincipal], str] = field(default_factory=dict)
    """The unique id of a principal of type IAM at the time of its association, if it existed in the sandbox."""
    imported: dict[str, str] = field(default_factory=dict)
    """Id of a portfolio with an accepted share → the account of its owner."""
    rejected: set[str] = field(default_factory=set)
    """The ids of portfolios from the organization that this account rejected."""
    share_actions: dict[str, ShareAction] = field(default_factory=dict)
    """By token."""
    organizations_access_at: float = 0.0
    """In a management account: the time at which the last change of Organizations access ends."""
    copies: dict[str, Copy] = field(default_factory=dict)
    """By token."""
    tag_options: dict[str, StoredTagOption] = field(default_factory=dict)
    service_actions: dict[str, StoredServiceAction] = field(default_factory=dict)
    provisioned_products: dict[str, StoredProvisionedProduct] = field(default_factory=dict)
    records: dict[str, StoredRecord] = field(default_factory=dict)
    plans: dict[str, StoredPlan] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)
    """The names of provisioned products whose stack is at work: other calls arrive while it waits for a stub."""
    tokens: dict[tuple[str, str, str], tuple[str, dict[str, Any]]] = field(default_factory=dict)
    """Idempotency tokens: (ARN of the caller, operation, token) → (digest of the request, response)."""
