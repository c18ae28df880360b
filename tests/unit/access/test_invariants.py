"""The invariants of the KMS product over random launches."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.access import matrix
from catalog.cfn import evaluate_rules, resolve_parameters
from catalog.content.render import Rendered
from tests.unit.access.evaluated_key import Evaluated, Setup
from tests.unit.access.invariants import violations

PLACES = [("us-east-1", "aws"), ("eu-west-1", "aws"), ("us-gov-west-1", "aws-us-gov"), ("cn-north-1", "aws-cn")]
OWN, FOREIGN = "123456789012", "999999999999"


@st.composite
def setups(draw: st.DrawFn) -> Setup:
    """Launches that the template accepts; the lists may overlap as far as the Rules allow."""
    region, partition = draw(st.sampled_from(PLACES))
    account = st.sampled_from([OWN, OWN, OWN, FOREIGN])
    kind = st.sampled_from(["role", "user"])
    name = st.sampled_from(["a", "b", "c", "path/d", "e+f=@x", "prod-app-role", "catalog-launch-kms-replica-key"])
    person = st.builds(lambda a, k, n: f"arn:{partition}:iam::{a}:{k}/{n}", account, kind, name)
    root = st.builds(lambda a: f"arn:{partition}:iam::{a}:root", account)
    multi_region = draw(st.booleans())
    regions = st.lists(st.sampled_from(["eu-west-1", "eu-central-1", "us-west-2"]), max_size=3, unique=True)
    return Setup(
        administrators=tuple(draw(st.lists(person, min_size=1, max_size=3, unique=True))),
        users=tuple(draw(st.lists(st.one_of(person, person, root), min_size=1, max_size=3, unique=True))),
        region=region,
        account=OWN,
        grants=draw(st.booleans()),
        logs=draw(st.booleans()),
        prevent_destroy=draw(st.booleans()),
        window=draw(st.one_of(st.sampled_from([7, 30]), st.integers(7, 30))),
        multi_region=multi_region,
        replica_regions=tuple(draw(regions)) if multi_region else (),
    )


def is_valid(rendered: Rendered, setup: Setup) -> bool:
    parameters = resolve_parameters(rendered.template, setup.parameters)
    rules = evaluate_rules(rendered.template["Rules"], parameters.values, setup.pseudo)
    return not parameters.problems and all(rule.passed for rule in rules)


def test_two_hundred_random_launches_keep_every_invariant(rendered: Rendered) -> None:
    checked = 0

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    @given(setup=setups().filter(lambda setup: is_valid(rendered, setup)))
    def check(setup: Setup) -> None:
        nonlocal checked
        checked += 1
        (policy,) = matrix(rendered.template, setup.parameters, setup.pseudo).policies
        assert list(violations(Evaluated.from_matrix(setup, policy))) == []

    check()
    assert checked >= 200
