"""The sandbox in this process, behind the proxy, and what is in its account."""

from __future__ import annotations

import json
import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from catalog.sandbox.control import ACCESS_KEY, CALLS_PATH, FAULTS_PATH, SECRET_KEY
from catalog.sandbox.server import web_server
from reliability.catalogue import ACCOUNT, OWNER, REGION
from reliability.proxy import Proxy

BUCKET = f"{OWNER}-templates-{ACCOUNT}-{REGION}"
FOREIGN = b"Resources: {Topic: {Type: AWS::SNS::Topic}}\n"
IDS = re.compile(r"\b(?:prod|port|pa|cons|tag|act|pp)-[a-z0-9]{13}\b")
"""Ids that AWS chooses."""
MOMENTS = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*")


@dataclass
class Account:
    """The account of the sandbox, while it is served."""

    url: str
    """The sandbox itself."""
    proxy: Proxy
    bucket: str = BUCKET
    """The template bucket."""
    key: str = ACCESS_KEY
    """The access key of the sandbox: one in a process of its own has its own."""
    clients: dict[str, Any] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The variables of a command that calls AWS through the proxy."""
        return {
            "AWS_ENDPOINT_URL": self.proxy.url,
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CATALOG_PACING": "off",
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
        }

    def client(self, service: str) -> Any:
        """A client that calls the sandbox without the proxy."""
        if service not in self.clients:
            self.clients[service] = boto3.client(  # type: ignore[call-overload]  # its overloads take literal names
                service,
                region_name=REGION,
                endpoint_url=self.url,
                aws_access_key_id=self.key,
                aws_secret_access_key=SECRET_KEY,
                config=Config(retries={"max_attempts": 0}),
            )
        return self.clients[service]

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """A request to the sandbox's own interface."""
        data = None if body is None else json.dumps(body).encode()
        signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential={self.key}/"}
        request = urllib.request.Request(self.url + path, method=method, data=data, headers=signed)  # noqa: S310  # ours
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # the sandbox
            return json.loads(answer.read())

    def lag(self, seconds: float) -> None:
        """Let lists lag; 0: no longer."""
        self.ask("DELETE", FAULTS_PATH)
        if seconds:
            self.ask("POST", FAULTS_PATH, {"kind": "lag", "seconds": seconds})

    def mutating(self) -> int:
        """The number of mutating calls since the last question."""
        number = int(self.ask("GET", CALLS_PATH)["mutating"])
        self.ask("DELETE", CALLS_PATH)
        return number

    def swap_templates(self) -> None:
        """Replace every template in the bucket, as somebody who may set its policy can."""
        keys, s3 = self.template_keys(), self.client("s3")
        with self.without_policy():
            for key in keys:
                s3.put_object(Bucket=self.bucket, Key=key, Body=FOREIGN)

    @contextmanager
    def without_policy(self) -> Iterator[None]:
        """Take the policy of the bucket away: it refuses to replace a template."""
        s3 = self.client("s3")
        if not self.has_bucket():
            yield
            return
        try:
            policy = s3.get_bucket_policy(Bucket=self.bucket)["Policy"]
        except ClientError:
            policy = ""
        s3.delete_bucket_policy(Bucket=self.bucket)
        yield
        if policy:
            s3.put_bucket_policy(Bucket=self.bucket, Policy=policy)

    def has_bucket(self) -> bool:
        """Whether the bucket exists."""
        return self.bucket in [bucket["Name"] for bucket in self.client("s3").list_buckets()["Buckets"]]

    def template_keys(self) -> list[str]:
        """The keys of the templates in the bucket."""
        return self.keys("templates/")

    def keys(self, prefix: str) -> list[str]:
        """The keys of the objects in the bucket that begin with a prefix."""
        if not self.has_bucket():
            return []
        listed = self.client("s3").list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [item["Key"] for item in listed.get("Contents", [])]


@contextmanager
def served() -> Iterator[Account]:
    """Serve the sandbox of this process, and the proxy. Afterwards this process has one thread again."""
    server = web_server("0" * 32)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    proxy = Proxy(f"127.0.0.1:{server.server_port}")
    proxy.start()
    account = Account(f"http://127.0.0.1:{server.server_port}", proxy)
    try:
        yield account
    finally:
        for client in account.clients.values():
            client.close()
        proxy.stop()
        server.shutdown()
        server.server_close()
        serving.join(10)


def end_state(account: Account) -> dict[str, Any]:
    """Everything that is in the account, without the ids that AWS chooses."""
    names = Names(account)
    state: dict[str, Any] = {
        "portfolios": {key: names.portfolio(key) for key in sorted(names.portfolios)},
        "products": {key: names.product(key) for key in sorted(names.products)},
        "actions": names.actions(),
        "tag options": sorted(
            (item["Key"], item["Value"], item["Active"]) for item in names.all("list_tag_options", "TagOptionDetails")
        ),
        "documents": documents(account),
        "templates": templates(account),
        "stacks": stacks(account),
        "roles": roles(account),
    }
    named: dict[str, Any] = json.loads(names.replaced(json.dumps(state, default=str, sort_keys=True)))
    return named


@dataclass
class Names:
    """What Service Catalog has, by names in place of ids. A name that exists twice shows as two."""

    account: Account
    portfolios: dict[str, dict[str, Any]] = field(default_factory=dict)
    products: dict[str, dict[str, Any]] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in self.all("list_portfolios", "PortfolioDetails"):
            self.portfolios[self.name(item["DisplayName"], item["Id"], self.portfolios)] = item
        for item in self.all("search_products_as_admin", "ProductViewDetails"):
            view = item["ProductViewSummary"]
            self.products[self.name(view["Name"], view["ProductId"], self.products)] = view

    def name(self, name: str, identifier: str, taken: dict[str, Any]) -> str:
        """A name that no other object has."""
        while name in taken:
            name += " again"
        self.ids[identifier] = name
        return name

    def all(self, method: str, member: str, **arguments: Any) -> list[dict[str, Any]]:
        """All members of a list."""
        items: list[dict[str, Any]] = []
        token: dict[str, str] = {}
        while True:
            answer = getattr(self.account.client("servicecatalog"), method)(**arguments, **token)
            items += answer.get(member, [])
            following = answer.get("NextPageToken") or (answer.get("PageToken") if method == "list_tag_options" else "")
            if not following:
                return items
            token = {"PageToken": following}

    def portfolio(self, key: str) -> dict[str, Any]:
        """A portfolio with all that is in it."""
        identifier = self.portfolios[key]["Id"]
        described = self.account.client("servicecatalog").describe_portfolio(Id=identifier)
        kinds = ("ACCOUNT", "ORGANIZATION", "ORGANIZATIONAL_UNIT", "ORGANIZATION_MEMBER_ACCOUNT")
        shares = [
            item
            for kind in kinds
            for item in self.all(
                "describe_portfolio_shares", "PortfolioShareDetails", PortfolioId=identifier, Type=kind
            )
        ]
        principals = self.all("list_principals_for_portfolio", "Principals", PortfolioId=identifier)
        products = self.all("search_products_as_admin", "ProductViewDetails", PortfolioId=identifier)
        return {
            "detail": without(described["PortfolioDetail"], "Id", "ARN", "CreatedTime"),
            "tags": pairs(described["Tags"]),
            "tag options": sorted(f"{item['Key']}={item['Value']}" for item in described["TagOptions"]),
            "budgets": sorted(item["BudgetName"] for item in described["Budgets"]),
            "shares": sorted(json.dumps(item, sort_keys=True) for item in shares),
            "principals": sorted((item["PrincipalType"], item["PrincipalARN"]) for item in principals),
            "products": sorted(item["ProductViewSummary"]["Name"] for item in products),
            "constraints": self.constraints(identifier),
        }

    def constraints(self, portfolio: str) -> list[str]:
        """The constraints of a portfolio."""
        client = self.account.client("servicecatalog")
        listed = self.all("list_constraints_for_portfolio", "ConstraintDetails", PortfolioId=portfolio)
        texts = []
        for item in listed:
            answer = client.describe_constraint(Id=item["ConstraintId"])
            detail = without(answer["ConstraintDetail"], "ConstraintId", "PortfolioId")
            detail["ProductId"] = self.ids.get(detail["ProductId"], detail["ProductId"])
            texts.append(
                json.dumps([detail, json.loads(answer["ConstraintParameters"]), answer["Status"]], sort_keys=True)
            )
        return sorted(texts)

    def product(self, key: str) -> dict[str, Any]:
        """A product with its versions."""
        client = self.account.client("servicecatalog")
        identifier = self.products[key]["ProductId"]
        described = client.describe_product_as_admin(Id=identifier)
        versions = client.list_provisioning_artifacts(ProductId=identifier)["ProvisioningArtifactDetails"]
        offered = {}
        for version in versions:
            actions = self.all(
                "list_service_actions_for_provisioning_artifact",
                "ServiceActionSummaries",
                ProductId=identifier,
                ProvisioningArtifactId=version["Id"],
            )
            offered[version["Name"]] = sorted(item["Name"] for item in actions)
        return {
            "view": without(described["ProductViewDetail"]["ProductViewSummary"], "Id", "ProductId"),
            "status": described["ProductViewDetail"]["Status"],
            "tags": pairs(described["Tags"]),
            "tag options": sorted(f"{item['Key']}={item['Value']}" for item in described["TagOptions"]),
            "budgets": sorted(item["BudgetName"] for item in described["Budgets"]),
            "versions": sorted(json.dumps(without(item, "Id", "CreatedTime"), sort_keys=True) for item in versions),
            "actions": offered,
        }

    def actions(self) -> list[str]:
        """The service actions of the account."""
        client = self.account.client("servicecatalog")
        texts = []
        for item in self.all("list_service_actions", "ServiceActionSummaries"):
            detail = client.describe_service_action(Id=item["Id"])["ServiceActionDetail"]
            detail["ServiceActionSummary"].pop("Id")
            texts.append(json.dumps(detail, sort_keys=True))
        return sorted(texts)

    def replaced(self, text: str) -> str:
        """The text with names in place of ids, and without times."""
        return MOMENTS.sub("TIME", IDS.sub(lambda match: f"<{self.ids.get(match.group(), 'id')}>", text))


def without(members: dict[str, Any], *names: str) -> dict[str, Any]:
    """The members but some."""
    return {name: value for name, value in members.items() if name not in names}


def pairs(tags: list[dict[str, str]]) -> list[tuple[str, str]]:
    """Tags, sorted."""
    return sorted((item["Key"], item["Value"]) for item in tags)


def documents(account: Account) -> list[tuple[str, str]]:
    """The SSM documents of this account, with their content."""
    ssm = account.client("ssm")
    listed = ssm.list_documents(Filters=[{"Key": "Owner", "Values": ["Self"]}])["DocumentIdentifiers"]
    return sorted((item["Name"], ssm.get_document(Name=item["Name"])["Content"]) for item in listed)


def templates(account: Account) -> dict[str, str]:
    """The templates of the bucket, and the lease, which an ended run must not leave."""
    s3, keys = account.client("s3"), account.template_keys()
    bodies = {key: s3.get_object(Bucket=account.bucket, Key=key)["Body"].read().decode() for key in keys}
    return {**bodies, **dict.fromkeys(account.keys("lease/"), "left")}


def stacks(account: Account) -> dict[str, tuple[str, str]]:
    """The stacks, with status and template."""
    cloudformation = account.client("cloudformation")
    state = {}
    for stack in cloudformation.describe_stacks()["Stacks"]:
        body = cloudformation.get_template(StackName=stack["StackName"])["TemplateBody"]
        state[stack["StackName"]] = (stack["StackStatus"], json.dumps(body, default=str, sort_keys=True))
    return state


def roles(account: Account) -> dict[str, list[str]]:
    """The roles, with their trust and inline policies."""
    iam = account.client("iam")
    state = {}
    for role in iam.list_roles()["Roles"]:
        names = iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        policies = [
            iam.get_role_policy(RoleName=role["RoleName"], PolicyName=name)["PolicyDocument"] for name in sorted(names)
        ]
        documents_of_role = [role["AssumeRolePolicyDocument"], *policies]
        state[role["RoleName"]] = [json.dumps(document, sort_keys=True) for document in documents_of_role]
    return state


def differences(wanted: Any, actual: Any, path: str = "") -> list[str]:
    """Where two end states differ."""
    if isinstance(wanted, dict) and isinstance(actual, dict):
        return [
            line
            for name in sorted({*wanted, *actual})
            for line in differences(wanted.get(name), actual.get(name), f"{path}/{name}")
        ]
    if wanted != actual:
        return [f"{path}: {json.dumps(wanted)[:300]} → {json.dumps(actual)[:300]}"]
    return []
