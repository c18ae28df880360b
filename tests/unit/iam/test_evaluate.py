"""Requests against policies: the IAM user guide's evaluation logic and its examples, as tables."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.iam import (
    Caller,
    CallerKind,
    Context,
    Decision,
    PolicyError,
    Request,
    Semantics,
    decide,
    parse_policy,
    symbol,
)

OWN, FOREIGN = "111122223333", "444455556666"
BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"
CARLOS = f"arn:aws:iam::{OWN}:user/carlossalazar"
ROLE = f"arn:aws:iam::{OWN}:role/path/app"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/app/build"
S3 = Semantics(OWN)
KMS = Semantics(OWN, must_allow=True)
TRUST = Semantics(OWN, resource_implied=True, must_allow=True)

carlos = Caller(CallerKind.USER, OWN, CARLOS)
role = Caller(CallerKind.ROLE, OWN, ROLE)
unnamed = Caller(CallerKind.ROLE, OWN)
stranger = Caller(CallerKind.ROLE, FOREIGN, f"arn:aws:iam::{FOREIGN}:role/app")
root = Caller(CallerKind.ROOT, OWN)
foreign_root = Caller(CallerKind.ROOT, FOREIGN)
service = Caller(CallerKind.SERVICE, "", "logs.amazonaws.com")
provider = Caller(CallerKind.FEDERATED, "", "cognito-identity.amazonaws.com")
anonymous = Caller(CallerKind.ANONYMOUS)


def ask(
    *statements: dict[str, Any],
    caller: Caller = carlos,
    action: str = "s3:GetObject",
    resource: str = f"{BUCKET}/*",
    iam: bool = False,
    semantics: Semantics = S3,
    context: Context | None = None,
    version: str = "2012-10-17",
) -> Decision:
    request = Request(caller, action, resource, context or Context(), iam)
    return decide(parse_policy({"Version": version, "Statement": list(statements)}), request, semantics)


def statement(effect: str = "Allow", principal: Any = "*", **others: Any) -> dict[str, Any]:
    return {
        "Sid": effect,
        "Effect": effect,
        "Principal": principal,
        "Action": "s3:*",
        "Resource": [BUCKET, f"{BUCKET}/*"],
        **others,
    }


ALLOW_CARLOS = statement(principal={"AWS": CARLOS})
ALLOW_ACCOUNT = statement(principal={"AWS": OWN})

LOGIC = [
    # statements, caller, IAM allows, service, answer, explicit, needs IAM
    ([], carlos, False, S3, "denied", False, False),
    ([], carlos, True, S3, "allowed", False, True),
    ([], carlos, True, KMS, "denied", False, False),  # a key policy must delegate to IAM
    ([], root, False, S3, "allowed", False, False),
    ([], root, False, KMS, "denied", False, False),
    ([ALLOW_CARLOS], carlos, False, S3, "allowed", False, False),
    ([ALLOW_CARLOS], carlos, False, KMS, "allowed", False, False),
    ([ALLOW_CARLOS], role, False, KMS, "denied", False, False),
    ([ALLOW_ACCOUNT], carlos, False, KMS, "denied", False, False),
    ([ALLOW_ACCOUNT], carlos, True, KMS, "allowed", False, True),
    ([ALLOW_ACCOUNT], root, False, KMS, "allowed", False, False),
    # An explicit Deny overrides every Allow.
    ([ALLOW_CARLOS, statement("Deny", {"AWS": CARLOS})], carlos, True, S3, "denied", True, False),
    ([ALLOW_CARLOS, statement("Deny", {"AWS": OWN})], carlos, True, S3, "denied", True, False),
    ([ALLOW_CARLOS, statement("Deny", "*")], carlos, True, S3, "denied", True, False),
    ([statement("Deny", "*")], root, False, S3, "denied", True, False),
    ([statement(), statement("Deny", "*")], anonymous, False, S3, "denied", True, False),
    # Another account: its own IAM policies must allow it too.
    ([statement(principal={"AWS": stranger.name})], stranger, False, S3, "denied", False, False),
    ([statement(principal={"AWS": stranger.name})], stranger, True, S3, "allowed", False, True),
    ([statement(principal={"AWS": FOREIGN})], stranger, True, S3, "allowed", False, True),
    ([statement(principal={"AWS": FOREIGN})], foreign_root, False, S3, "allowed", False, False),
    ([ALLOW_ACCOUNT], stranger, True, S3, "denied", False, False),
    # All principals: in the account without IAM, in other accounts with IAM, and anonymous callers.
    ([statement()], unnamed, False, S3, "allowed", False, False),
    ([statement()], stranger, False, S3, "denied", False, False),
    ([statement()], stranger, True, S3, "allowed", False, True),
    ([statement()], anonymous, False, S3, "allowed", False, False),
    ([statement(principal={"AWS": "*"})], anonymous, False, S3, "allowed", False, False),
    ([statement()], service, False, S3, "allowed", False, False),
    ([statement(principal={"Service": "logs.amazonaws.com"})], service, False, S3, "allowed", False, False),
    ([statement(principal={"Service": "sns.amazonaws.com"})], service, True, S3, "denied", False, False),
    ([statement(principal={"Service": "logs.amazonaws.com"})], carlos, False, S3, "denied", False, False),
]


@pytest.mark.parametrize(("statements", "caller", "iam", "semantics", "answer", "explicit", "needs_iam"), LOGIC)
def test_evaluation_logic(
    statements: list[dict[str, Any]],
    caller: Caller,
    iam: bool,
    semantics: Semantics,
    answer: str,
    explicit: bool,
    needs_iam: bool,
) -> None:
    decision = ask(*statements, caller=caller, iam=iam, semantics=semantics)
    assert (decision.answer, decision.explicit, decision.needs_iam) == (answer, explicit, needs_iam)


ACTIONS = [
    ({"Action": "s3:getobject"}, True),
    ({"Action": "S3:Get*"}, True),
    ({"Action": "s3:Get?bject"}, True),
    ({"Action": ["s3:PutObject", "s3:G*t"]}, True),
    ({"Action": "*"}, True),
    ({"Action": "s3:Get"}, False),
    ({"Action": []}, False),
    ({"Action": None, "NotAction": "s3:Put*"}, True),
    ({"Action": None, "NotAction": ["iam:*", "s3:*"]}, False),
    ({"Resource": "*"}, True),
    ({"Resource": f"{BUCKET}/*"}, True),
    ({"Resource": BUCKET}, False),  # the bucket is not its objects
    ({"Resource": "arn:aws:s3:::*"}, True),
    ({"Resource": "arn:aws:s3:::other/*"}, False),
    ({"Resource": None, "NotResource": BUCKET}, True),
    ({"Resource": None, "NotResource": "arn:aws:s3:::amzn*"}, False),
    ({"Resource": None}, False),  # without Resource a statement has no effect
]


@pytest.mark.parametrize(("elements", "applies"), ACTIONS)
def test_actions_and_resources(elements: dict[str, Any], applies: bool) -> None:
    applied = {name: value for name, value in (ALLOW_CARLOS | elements).items() if value is not None}
    assert ask(applied).answer == ("allowed" if applies else "denied")


def test_a_part_of_the_objects_is_a_condition() -> None:
    public = statement(Resource=f"{BUCKET}/public/*")
    assert ask(public).conditions == (f"the resource is {BUCKET}/public/*",)
    private = statement("Deny", NotResource=f"{BUCKET}/public/*")
    del private["Resource"]
    assert ask(ALLOW_CARLOS, private).conditions == (f"the resource is {BUCKET}/public/*",)


def test_a_trust_policy_has_no_resource() -> None:
    trust = {"Sid": "T", "Effect": "Allow", "Principal": {"AWS": CARLOS}, "Action": "sts:AssumeRole"}
    decision = ask(trust, action="sts:AssumeRole", resource=ROLE, semantics=TRUST)
    assert (decision.answer, decision.statements) == ("allowed", ("T",))


def deny_all_but(*names: str) -> dict[str, Any]:
    denied = statement("Deny", NotPrincipal={"AWS": list(names)})
    del denied["Principal"]
    return denied


NOT_PRINCIPAL = [
    # named by NotPrincipal, caller, answer: the guide requires the account too
    ((CARLOS, f"arn:aws:iam::{OWN}:root"), carlos, "allowed"),
    ((CARLOS, OWN), carlos, "allowed"),
    ((CARLOS,), carlos, "unknown"),
    ((f"arn:aws:iam::{OWN}:root",), carlos, "denied"),
    ((f"arn:aws:iam::{OWN}:root",), root, "allowed"),
    ((ROLE, OWN, SESSION), role, "unknown"),  # excepts the session that it names; the guide does not mention others
    ((ROLE, OWN), role, "unknown"),
    ((SESSION, OWN), role, "unknown"),
    ((ROLE, OWN), carlos, "denied"),
    ((CARLOS, OWN), stranger, "denied"),
    ((CARLOS, OWN), service, "denied"),
    ((CARLOS, OWN), anonymous, "denied"),
]


@pytest.mark.parametrize(("names", "caller", "answer"), NOT_PRINCIPAL)
def test_deny_with_not_principal(names: tuple[str, ...], caller: Caller, answer: str) -> None:
    decision = ask(statement(), deny_all_but(*names), caller=caller, iam=True)
    assert decision.answer == answer
    assert decision.explicit is (answer == "denied")


def test_a_canonical_user_of_not_principal_may_be_the_root_user() -> None:
    """A canonical id is that of an account, and NotPrincipal with an account spares its root user."""
    denied = deny_all_but()
    denied["NotPrincipal"] = {"CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"}
    assert ask(statement(), denied, caller=root).answer == "unknown"
    assert ask(statement(), denied, caller=carlos).explicit


def test_a_variable_with_several_values_in_a_resource_is_unknown() -> None:
    several = Context({"aws:TagKeys": ("a", "b")})
    assert ask(statement(Resource=f"{BUCKET}/${{aws:TagKeys}}/*"), context=several).answer == "unknown"


def test_not_principal_may_name_services() -> None:
    denied = deny_all_but()
    denied["NotPrincipal"] = {"Service": "logs.amazonaws.com"}
    assert ask(statement(), denied, caller=service).answer == "allowed"
    assert ask(statement(), denied, caller=carlos).explicit


@pytest.mark.parametrize(("kind", "caller"), [("Service", service), ("Federated", provider)])
def test_a_star_of_another_type_than_aws_is_unknown(kind: str, caller: Caller) -> None:
    """Only "*" and {"AWS": "*"} are documented to match all principals."""
    denied = statement("Deny", principal={kind: "*"})
    assert ask(statement(), denied, caller=caller, iam=True).answer == "unknown"
    assert ask(statement(), denied, caller=carlos).answer == "allowed"


def test_allow_with_not_principal_is_unknown() -> None:
    odd = deny_all_but(CARLOS) | {"Effect": "Allow"}
    decision = ask(odd, caller=role)
    assert decision.answer == "unknown"
    assert decision.conditions == ("Deny: NotPrincipal is supported with Deny only",)


SESSION = f"arn:aws:sts::{OWN}:assumed-role/app/deploy"


def test_a_session_of_a_role_is_a_condition_on_its_name() -> None:
    named = statement(principal={"AWS": SESSION})
    decision = ask(named, caller=role)
    assert (decision.answer, decision.conditions) == ("conditional", ("the session's name is deploy",))
    assert ask(named, caller=carlos).answer == "denied"
    assert ask(named, caller=stranger, iam=True).answer == "denied"


UNKNOWN = [
    statement(Condition={"StringMatches": {"aws:username": "x"}}),
    statement(Colour="blue"),
    statement(Effect="Perhaps"),
    statement(principal={"Robot": "x"}),
    statement(principal={"AWS": "AIDACKCEVSQ6C2EXAMPLE"}),
    statement(principal={"AWS": symbol("export Role")}),
    statement(principal={"Ref": "Somebody"}),
    statement(Resource=symbol("export Bucket")),
    statement(Condition={"Bool": "true"}),
    statement(NotAction="s3:*"),
    statement(Action=symbol("export Actions")),
    statement(Action={"Fn::ImportValue": "Actions"}),
    statement(NotResource="*"),
    statement(NotPrincipal={"AWS": OWN}),
    {name: value for name, value in statement().items() if name != "Principal"},
]


@pytest.mark.parametrize("odd", UNKNOWN)
def test_unsupported_elements_are_unknown(odd: dict[str, Any]) -> None:
    decision = ask(odd, caller=role)
    assert decision.answer == "unknown"
    assert decision.conditions
    # It does not matter if another statement decides.
    assert ask(odd, statement("Deny"), caller=role).answer == "denied"
    assert ask(odd | {"Sid": "Odd", "Effect": "Allow"}, ALLOW_CARLOS, caller=carlos).answer in ("allowed", "unknown")


def test_an_allow_does_not_hide_an_unknown_deny() -> None:
    assert ask(ALLOW_CARLOS, statement("Deny", Condition={"Odd": {"k": "v"}})).answer == "unknown"


def test_canonical_users_may_be_the_account() -> None:
    named = statement(principal={"CanonicalUser": "79a59df900b949e5"})
    assert ask(named, caller=unnamed).answer == "denied"  # an account delegates to IAM policies, which are missing here
    assert (
        ask(named, caller=unnamed, iam=True).answer == "allowed"
    )  # by IAM policies alone, independent of the canonical user
    assert ask(named, caller=stranger, iam=True).answer == "unknown"


def test_the_deciding_statements() -> None:
    first = ALLOW_CARLOS | {"Sid": "First"}
    second = {name: value for name, value in ALLOW_CARLOS.items() if name != "Sid"}
    narrow = ALLOW_CARLOS | {"Sid": "Narrow", "Condition": {"StringEquals": {"k": "v"}}}
    assert ask(first, second).statements == ("First", "Statement[1]")
    assert ask(narrow, first).statements == ("First",)
    guard = statement("Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}) | {"Sid": "Tls"}
    assert ask(narrow, guard).statements == ("Narrow", "Tls")
    assert ask(narrow, guard).conditions == ("k is v", "aws:SecureTransport is true or absent")


def test_two_allows_with_opposite_conditions_allow() -> None:
    with_mfa = ALLOW_CARLOS | {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
    without_mfa = ALLOW_CARLOS | {
        "Sid": "Other",
        "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    }
    assert ask(with_mfa, without_mfa).answer == "allowed"


def test_variables_in_resources() -> None:
    own = statement(Resource=f"{BUCKET}/home/${{aws:username}}/*")
    context = Context({"aws:username": ("carlossalazar",)})
    wanted = f"{BUCKET}/home/carlossalazar/*"
    assert ask(own, resource=wanted, context=context).answer == "allowed"
    assert ask(own, resource=f"{BUCKET}/home/anaya/*", context=context).answer == "denied"
    assert ask(own, resource=wanted, context=Context({"aws:username": ()})).answer == "denied"
    assert ask(own, resource=wanted).answer == "conditional"
    assert ask(own, resource=wanted, context=context, version="2008-10-17").answer == "denied"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "not JSON"),
        ([], "object with Statement"),
        ({"Version": "2012-10-17"}, "object with Statement"),
        ({"Version": "2020-01-01", "Statement": []}, "Version must be one of"),
        ({"Statement": ["Allow"]}, "Statement[0] must be an object"),
    ],
)
def test_documents_that_are_not_policies_are_refused(document: Any, words: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy(document)
    assert words in str(caught.value)


def test_a_single_statement_and_json_text() -> None:
    text = '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}}'
    assert [statement.label for statement in parse_policy(text).statements] == ["Statement[0]"]


scalars = st.one_of(
    st.sampled_from(
        ["*", "Allow", "Deny", "s3:*", BUCKET, f"{BUCKET}/*", CARLOS, OWN, "${aws:username}", "${", "true", "7"]
    ),
    st.text(max_size=5),
    st.integers(),
    st.booleans(),
    st.none(),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["AWS", "Ref", "Bool", "StringLike", "NumericLessThan", "DateEquals", "IpAddress", "k"]),
            inner,
            max_size=2,
        ),
    ),
    max_leaves=6,
)
elements = st.sampled_from(
    ["Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.dictionaries(elements, anything, max_size=6), max_size=2), st.booleans())
def test_any_policy_gets_an_answer(statements: list[dict[str, Any]], iam: bool) -> None:
    for caller in (carlos, unnamed, root, service, anonymous):
        decision = ask(*statements, caller=caller, iam=iam, context=Context({"k": ("7",)}))
        assert decision.answer in ("allowed", "denied", "conditional", "unknown")
        assert (decision.answer in ("conditional", "unknown")) <= bool(decision.conditions)


def test_an_allow_under_either_of_two_conditions_that_are_both_denied_is_denied() -> None:
    """Each Deny excludes one alternative of the Allow, so no request is allowed: not "allowed if"."""
    team = {"StringEquals": {"aws:PrincipalTag/team": "a"}}
    endpoint = {"StringEquals": {"aws:SourceVpce": "vpce-1"}}
    decision = ask(
        statement(Condition=team),
        statement(Condition=endpoint),
        statement("Deny", Condition=team),
        statement("Deny", Condition=endpoint),
        caller=stranger,
        iam=True,
    )
    assert decision.answer == "denied"
    only_one = ask(
        statement(Condition=team),
        statement(Condition=endpoint),
        statement("Deny", Condition=team),
        caller=stranger,
        iam=True,
    )
    assert only_one.answer == "conditional"
    assert "aws:PrincipalTag/team is a" not in " ".join(only_one.conditions)
