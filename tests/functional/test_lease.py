"""One publisher at a time: the lease in the template bucket (case G1)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from catalog.aws.leases import KEY, Holder, LeaseStore, StoredLease, holder_of
from catalog.aws.session import open_local_session
from catalog.content.config import load_config
from catalog.errors import AwsError
from catalog.model import addresses
from catalog.plan.changes import Change
from catalog.plan.kinds.portfolio import UpdatePortfolio
from catalog.plan.kinds.stack import CreateStack
from catalog.publishing.lease import RECHECK, Lease
from catalog.sandbox.control import FAULTS_PATH, Sandbox
from tests.functional.conftest import Run
from tests.functional.fleet import DEV, HUB, outcomes
from tests.functional.processes import run_and_kill
from tests.functional.sharing import ask
from tests.functional.two_publishers import Team

BUCKET = "pair-templates-123456789012-us-east-1"
PUBLISH = ("publish", "--local", "--yes", "--allow", "widen")
OTHER = Holder(
    run="other",
    arn="arn:aws:sts::123456789012:assumed-role/pair-publish/ann",
    host="runner-7",
    command="publish",
    since="2026-11-28T07:00:00+00:00",
    machine="another machine",
    process="1:1",
    link="https://ci.example.com/jobs/42",
)
CHANGE = UpdatePortfolio(address=addresses.portfolio("team"))
STACK = CreateStack(address=addresses.stack("pair-templates"), name="pair-templates", body="{}")


@pytest.fixture
def team(tmp_path: Path) -> Path:
    return Team.at(tmp_path / "team").folder


@pytest.fixture
def s3(client: Callable[..., Any]) -> Any:
    """S3 with the template bucket."""
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return s3


@pytest.fixture
def look(sandbox: Sandbox) -> Iterator[Callable[[], Lease]]:
    """Reads the lease, as a publisher does before it plans. At the end of the test, none is renewed any more."""
    leases: list[Lease] = []

    def read() -> Lease:
        leases.append(Lease.look(open_local_session(sandbox.environment(), None), BUCKET, "publish"))
        return leases[-1]

    yield read
    for lease in leases:
        lease.release(complete=False)


def hold(s3: Any, holder: Holder = OTHER) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=json.dumps(asdict(holder)).encode())


def stored(s3: Any) -> list[str]:
    """Keys of the objects in the bucket."""
    return [item["Key"] for item in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_a_held_lease_keeps_other_publishers_out_and_can_be_broken(
    catalog: Run, team: Path, client: Callable[..., Any]
) -> None:
    assert catalog(*PUBLISH, at=team).exit_code == 0
    s3 = client("s3")
    assert not [key for key in stored(s3) if key.startswith("lease/")]
    hold(s3)
    for command in (PUBLISH, ("prune", "--local", "--yes"), ("bootstrap", "--local", "--yes", "--allow", "widen")):
        refused = catalog(*command, at=team)
        assert refused.exit_code == 1, refused.output
        assert (
            "another publisher is at work in account 123456789012, Region us-east-1: "
            "arn:aws:sts::123456789012:assumed-role/pair-publish/ann on runner-7 (https://ci.example.com/jobs/42), "
            "`catalog publish` since 2026-11-28T07:00:00+00:00"
        ) in refused.stderr
        assert "`catalog unlock`" in refused.stderr
    assert catalog("plan", "--local", at=team).exit_code == 0
    assert catalog("status", "--local", at=team).exit_code == 0
    assert catalog(*PUBLISH, "--no-lock", at=team).exit_code == 0

    unwilling = catalog("unlock", "--local", at=team)
    assert unwilling.exit_code == 2
    assert "runner-7" in unwilling.stdout
    broken = catalog("unlock", "--local", "--yes", at=team)
    assert broken.exit_code == 0, broken.output
    assert "Nobody holds a lease" in catalog("unlock", "--local", at=team).stderr
    assert catalog(*PUBLISH, at=team).exit_code == 0


def test_unlock_reports_the_lease_as_json(catalog: Run, team: Path, client: Callable[..., Any]) -> None:
    assert catalog("bootstrap", "--local", "--yes", "--allow", "widen", at=team).exit_code == 0
    place = {"account": "123456789012", "region": "us-east-1"}
    free = catalog("unlock", "--local", "--json", at=team)
    assert json.loads(free.stdout) == {**place, "state": "free", "holder": None}
    hold(client("s3"))
    unwilling = catalog("unlock", "--local", "--json", at=team)
    assert (unwilling.exit_code, unwilling.stdout) == (2, "")
    assert "runner-7" in unwilling.stderr
    broken = catalog("unlock", "--local", "--json", "--yes", at=team)
    assert broken.exit_code == 0, broken.output
    assert json.loads(broken.stdout) == {**place, "state": "broken", "holder": asdict(OTHER)}


def test_unlock_breaks_the_leases_of_targets_after_one_question(
    catalog: Run, fleet: Path, account: Callable[..., Any]
) -> None:
    for holder in (DEV, HUB):
        bucket = load_config(fleet).bucket_name(holder, "us-east-1")
        s3 = account(holder, "s3")
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key=KEY, Body=json.dumps(asdict(OTHER)).encode())
    unwilling = catalog("unlock", "--local", "--to", "all", at=fleet)
    assert (unwilling.exit_code, "Target dev/us-east-1\nLease in account" in unwilling.stdout) == (2, True)
    assert "Make sure first that these publishers do not run any more." in unwilling.stderr
    broken = catalog("unlock", "--local", "--to", "all", "--yes", at=fleet)
    assert broken.exit_code == 0, broken.output
    assert sorted(row[2] for row in outcomes(broken).values()) == ["broken", "broken", "free"]
    assert "The 2 leases are broken." in broken.stderr
    again = catalog("unlock", "--local", "--to", "all", "--json", at=fleet)
    assert [one["lease"]["state"] for one in json.loads(again.stdout)["targets"]] == ["free"] * 3


def test_the_lease_of_a_killed_run_is_taken_over_at_once_on_its_machine(
    catalog: Run, team: Path, sandbox: Sandbox, client: Callable[..., Any]
) -> None:
    assert catalog("bootstrap", "--local", "--yes", "--allow", "widen", at=team).exit_code == 0
    run_and_kill(sandbox, *PUBLISH, at=team, after=6)
    assert KEY in stored(client("s3"))
    done = catalog(*PUBLISH, at=team)
    assert done.exit_code == 0, done.output
    assert "did not finish: this run continues" in done.stderr
    assert KEY not in stored(client("s3"))
    assert catalog("plan", "--local", "--detailed-exitcode", at=team).exit_code == 0


def test_the_lease_of_a_run_that_was_killed_at_its_end_is_cleared_by_a_run_without_changes(
    catalog: Run, team: Path, client: Callable[..., Any]
) -> None:
    """`make reliability` found it: each later run said that another one did not finish, as long as nothing changed."""
    assert catalog(*PUBLISH, at=team).exit_code == 0
    s3 = client("s3")
    hold(s3, replace(OTHER, ended=True))
    first, then = (catalog(*PUBLISH, at=team) for _ in range(2))
    assert "No changes." in first.stdout
    assert "did not finish: this run continues" in first.stderr
    assert "did not finish" not in then.stderr
    assert KEY not in stored(s3)


def test_a_plan_that_is_blocked_keeps_the_lease_of_a_killed_run(
    catalog: Run, team: Path, client: Callable[..., Any]
) -> None:
    assert catalog(*PUBLISH, at=team).exit_code == 0
    s3 = client("s3")
    hold(s3, replace(OTHER, ended=True))
    file = team / "portfolios/team.yaml"
    file.write_text(file.read_text() + "budgets: [None such]\n")
    for _ in range(2):
        blocked = catalog(*PUBLISH, at=team)
        assert blocked.exit_code == 1
        assert "did not finish" in blocked.stderr
    assert KEY in stored(s3)


def test_an_expired_lease_is_taken_over(s3: Any, look: Callable[[], Lease]) -> None:
    hold(s3, replace(OTHER, seconds=-1.0))
    lease = look()
    assert lease.taken_over == replace(OTHER, seconds=-1.0)
    assert lease.alone_since == lease.looked_at
    lease.before(CHANGE)
    with pytest.raises(AwsError, match="another publisher is at work"):
        look()
    lease.release(complete=True)
    assert stored(s3) == []
    assert look().taken_over is None


def test_of_two_publishers_that_have_planned_one_works(s3: Any, look: Callable[[], Lease]) -> None:
    first, second, third = look(), look(), look()
    first.before(CHANGE)
    with pytest.raises(AwsError, match="another publisher is at work"):
        second.before(CHANGE)
    first.release(complete=True)
    # Nobody holds the lease now, but the third plan was made before the first publisher worked.
    with pytest.raises(AwsError, match="since this plan was made") as stale:
        third.before(CHANGE)
    assert stale.value.hint == "Run the same command again."
    assert stored(s3) == []
    look().before(CHANGE)


def test_a_run_that_failed_leaves_a_mark_and_not_a_lease(s3: Any, look: Callable[[], Lease]) -> None:
    lease = look()
    lease.before(CHANGE)
    lease.release(complete=False)
    assert stored(s3) == [KEY]
    following = look()
    assert following.taken_over is not None
    following.before(CHANGE)
    following.release(complete=True)
    assert stored(s3) == []


def test_a_lease_is_renewed_while_the_run_lasts(s3: Any, look: Callable[[], Lease]) -> None:
    lease = look()
    lease.holder = replace(lease.holder, seconds=0.4)
    lease.before(CHANGE)
    end = time.monotonic() + 10
    while len(s3.list_object_versions(Bucket=BUCKET)["Versions"]) < 3:
        assert time.monotonic() < end
        time.sleep(0.02)
    lease.before(CHANGE)
    lease.release(complete=True)
    assert stored(s3) == []


@pytest.mark.parametrize("taken", [True, False], ids=["taken over", "broken"])
def test_a_publisher_that_has_lost_its_lease_stops_before_the_next_change(
    s3: Any, look: Callable[[], Lease], taken: bool
) -> None:
    lease = look()
    lease.before(CHANGE)
    held = lease.store.lease()
    assert held is not None
    if taken:
        hold(s3)
    else:
        lease.store.end(held)
    lease.renew()
    kept = s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read()
    with pytest.raises(AwsError, match=".*runner-7.* has it now" if taken else "somebody has broken it with"):
        lease.before(CHANGE)
    lease.release(complete=False)
    assert s3.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == kept


@pytest.mark.parametrize("taken", ["broken", "taken over", "taken over, and finished"])
def test_a_publisher_that_was_stopped_for_a_while_looks_before_its_next_change(
    s3: Any, look: Callable[[], Lease], taken: str
) -> None:
    lease = look()
    lease.before(CHANGE)
    lease.before(CHANGE)
    held = lease.store.lease()
    assert held is not None
    lease.store.end(held)
    if taken != "broken":
        other = look()
        other.before(CHANGE)
        if "finished" in taken:
            other.release(complete=True)
    lease.checked_at -= RECHECK
    with pytest.raises(AwsError, match="this publisher has lost its lease") as lost:
        lease.before(CHANGE)
    assert "Run the same command again" in lost.value.hint
    with pytest.raises(AwsError, match="this publisher has lost its lease"):
        lease.confirm()


def test_a_run_that_has_lost_its_lease_says_so_at_its_end(s3: Any, look: Callable[[], Lease]) -> None:
    lease = look()
    lease.before(CHANGE)
    held = lease.store.lease()
    assert held is not None
    lease.store.end(held)
    with pytest.raises(AwsError, match="lost its lease: somebody has broken it with `catalog unlock`"):
        lease.release(complete=True)


def test_a_command_that_has_lost_its_lease_fails(catalog: Run, team: Path, sandbox: Sandbox) -> None:
    """S3 refuses to delete the lease at the end, as it does when `catalog unlock` has written it anew."""
    fault = {"kind": "error", "operations": ["DeleteObject"], "code": "PreconditionFailed"}
    ask(sandbox, "POST", FAULTS_PATH, fault)
    lost = catalog(*PUBLISH, at=team)
    assert ask(sandbox, "GET", FAULTS_PATH)["faults"] == []
    assert lost.exit_code == 1, lost.output
    assert "this publisher has lost its lease: somebody has broken it" in lost.stderr
    assert "Published" not in lost.output


@pytest.mark.parametrize("seconds", ["1e18", "NaN", "Infinity", "-Infinity", "1" + "0" * 400, "121"])
def test_no_lease_lasts_longer_than_two_minutes(seconds: str) -> None:
    body = json.dumps({**asdict(OTHER), "seconds": 0}).replace('"seconds": 0', f'"seconds": {seconds}')
    assert StoredLease('"etag"', holder_of(body.encode()), 120.5).expired


def test_without_a_bucket_the_lease_waits_for_its_stack(look: Callable[[], Lease], client: Callable[..., Any]) -> None:
    def take(change: Change) -> bool:
        lease.before(change)
        return bool(lease.etag)

    lease = look()
    assert lease.seen is None
    assert not take(STACK)
    client("s3").create_bucket(Bucket=BUCKET)
    assert take(CHANGE)
    lease.release(complete=True)


def test_an_object_that_is_no_lease_keeps_publishers_out_for_a_while(s3: Any, sandbox: Sandbox) -> None:
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=b"[]")
    session = open_local_session(sandbox.environment(), None)
    with pytest.raises(AwsError, match="another publisher is at work"):
        Lease.look(session, BUCKET, "publish")
    lease = LeaseStore(session, BUCKET).lease()
    assert lease is not None
    assert replace(lease, age=121.0).expired
