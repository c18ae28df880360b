"""The answers of all implemented operations match botocore's model and have no other members."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import regex
from botocore.model import ListShape, MapShape, Shape, StructureShape

from catalog.sandbox.servicecatalog.engines import notify_result
from catalog.sandbox.servicecatalog.models import servicecatalog_backends
from catalog.sandbox.servicecatalog.operations import HANDLERS
from tests.contract.servicecatalog.conftest import TOPIC_TEMPLATE

OTHER = "210987654321"
TYPES = {"string": str, "integer": int, "boolean": bool, "timestamp": datetime, "map": dict, "structure": dict}
NOT_IN_THE_MODEL = {
    "ProductViewDetail.Status": "AWS answers CREATED for a ready product",
    "ProvisioningArtifactOutput.Key": "AWS answers the artifact's id, with its dash",
}


def violations(shape: Shape, value: Any, where: str) -> Iterator[str]:
    if isinstance(shape, StructureShape):
        for name in value.keys() - shape.members.keys():
            yield f"{where}.{name} is not in the model"
        for name in value.keys() & shape.members.keys():
            yield from violations(shape.members[name], value[name], f"{shape.name}.{name}")
        for name in set(shape.required_members) - value.keys():
            yield f"{where}.{name} is missing"
    elif isinstance(shape, ListShape):
        for item in value:
            yield from violations(shape.member, item, where)
    elif isinstance(shape, MapShape):
        for item in value.values():
            yield from violations(shape.value, item, where)
    elif not isinstance(value, TYPES[shape.type_name]):
        yield f"{where} is {value!r}, not a {shape.type_name}"
    elif isinstance(value, str) and where not in NOT_IN_THE_MODEL:
        yield from scalar_violations(shape, value, where)


def scalar_violations(shape: Shape, value: str, where: str) -> Iterator[str]:
    limits = shape.metadata
    if limits.get("enum") and value not in limits["enum"]:
        yield f"{where} is {value}, not one of {limits['enum']}"
    if limits.get("pattern") and not regex.fullmatch(limits["pattern"], value):
        yield f"{where} is {value}, which is not {limits['pattern']}"
    if not limits.get("min", 0) <= len(value) <= limits.get("max", len(value)):
        yield f"{where} has {len(value)} characters"


class Checked:
    """Calls the backend as the HTTP front end does, and checks the complete answer."""

    def __init__(self, world: Any) -> None:
        self.model = world.catalog.meta.service_model
        self.called: set[str] = set()

    def __call__(self, operation: str, *, account: str = "123456789012", key: str = "testing", **request: Any) -> Any:
        model = self.model.operation_model(operation)
        request = {member: f"token-{len(self.called)}" for member in model.idempotent_members} | request
        answer = servicecatalog_backends[account]["us-east-1"].perform(model, request, key)
        errors = list(violations(model.output_shape, answer, operation)) if model.output_shape else []
        assert errors == []
        self.called.add(operation)
        return answer


@pytest.fixture
def call(world: Any) -> Checked:
    return Checked(world)


def test_every_answer_matches_the_model(world: Any, call: Checked) -> None:
    role = world.role("dev")
    world.role("launch")
    key = world.assume(role).keys["aws_access_key_id"]
    product_id, artifact_id, portfolio_id = administer_products(world, call)
    association = {"PortfolioId": portfolio_id, "ProductId": product_id}
    administer_access(call, association, role)
    launch(call, association, artifact_id, key)
    share(call, portfolio_id)
    share_with_nodes(world, call, portfolio_id)
    budget(world, call, association)
    service_action(call, product_id, artifact_id)
    execute(world, call, product_id, artifact_id, key)
    plan_and_import(world, call, product_id, artifact_id, key)
    stack_set(world, call, role, key)
    copied = call("CopyProduct", SourceProductArn=f"arn:aws:catalog:us-east-1:123456789012:product/{product_id}")
    call("DescribeCopyProductStatus", **copied)
    take_apart(call, association, artifact_id, role)
    assert call.called == {name for name, handler in HANDLERS.items() if handler is not notify_result}


def administer_products(world: Any, call: Checked) -> tuple[str, str, str]:
    info = {"Name": "1.0.0", "Description": "sha256:0", "Info": {"LoadTemplateFromURL": world.put_template()}}
    tags = [{"Key": "owner", "Value": "catalog"}]
    texts = {"Description": "d", "Distributor": "d", "SupportDescription": "s", "SupportEmail": "s@example.com"}
    response = call(
        "CreateProduct",
        Name="Topic",
        Owner="security",
        ProductType="CLOUD_FORMATION_TEMPLATE",
        ProvisioningArtifactParameters=info,
        Tags=tags,
        SupportUrl="https://example.com",
        **texts,
    )
    product_id = response["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
    artifact_id = response["ProvisioningArtifactDetail"]["Id"]
    call("UpdateProduct", Id=product_id, AddTags=tags)
    call("CreateProvisioningArtifact", ProductId=product_id, Parameters=info | {"Name": "2.0.0"})
    version = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}
    call("UpdateProvisioningArtifact", Guidance="DEFAULT", **version)
    call("DescribeProvisioningArtifact", Verbose=True, IncludeProvisioningArtifactParameters=True, **version)
    call("ListProvisioningArtifacts", ProductId=product_id)
    portfolio = call("CreatePortfolio", DisplayName="Dev", ProviderName="p", Description="d", Tags=tags)
    portfolio_id = portfolio["PortfolioDetail"]["Id"]
    call("UpdatePortfolio", Id=portfolio_id, AddTags=tags)
    call("CreatePortfolio", DisplayName="Second", ProviderName="p")
    assert "NextPageToken" in call("ListPortfolios", PageSize=1)
    call("AssociateProductWithPortfolio", ProductId=product_id, PortfolioId=portfolio_id)
    call("ListPortfoliosForProduct", ProductId=product_id)
    call("SearchProductsAsAdmin", SortBy="CreationDate")
    return product_id, artifact_id, portfolio_id


def administer_access(call: Checked, association: dict[str, str], role: str) -> None:
    portfolio_id = association["PortfolioId"]
    call("AssociatePrincipalWithPortfolio", PortfolioId=portfolio_id, PrincipalARN=role, PrincipalType="IAM")
    call("ListPrincipalsForPortfolio", PortfolioId=portfolio_id)
    response = call(
        "CreateConstraint", Type="LAUNCH", Parameters='{"LocalRoleName": "launch"}', Description="d", **association
    )
    constraint_id = response["ConstraintDetail"]["ConstraintId"]
    call("UpdateConstraint", Id=constraint_id, Description="e")
    call("DescribeConstraint", Id=constraint_id)
    call("ListConstraintsForPortfolio", **association)
    option = call("CreateTagOption", Key="Environment", Value="dev")["TagOptionDetail"]["Id"]
    call("UpdateTagOption", Id=option, Active=True)
    call("AssociateTagOptionWithResource", ResourceId=portfolio_id, TagOptionId=option)
    call("AssociateTagOptionWithResource", ResourceId=association["ProductId"], TagOptionId=option)
    call("DescribeTagOption", Id=option)
    call("ListTagOptions", Filters={"Active": True})
    assert "PageToken" in call("ListResourcesForTagOption", TagOptionId=option, PageSize=1)
    call("DescribePortfolio", Id=portfolio_id)
    call("DescribeProductAsAdmin", Id=association["ProductId"])


def launch(call: Checked, association: dict[str, str], artifact_id: str, key: str) -> None:
    version = {"ProductId": association["ProductId"], "ProvisioningArtifactId": artifact_id}
    call("SearchProducts", key=key)
    view = call("DescribeProduct", key=key, Id=association["ProductId"])["ProductViewSummary"]["Id"]
    call("DescribeProductView", key=key, Id=view)
    call("ListLaunchPaths", key=key, ProductId=association["ProductId"])
    call("DescribeProvisioningParameters", key=key, **version)
    parameters = [{"Key": "Name", "Value": "events"}]
    mine = {"ProvisionedProductName": "mine"}
    for name, values in (("mine", parameters), ("failed", [])):
        record = call(
            "ProvisionProduct",
            key=key,
            ProvisionedProductName=name,
            ProvisioningParameters=values,
            ProvisionToken=name,
            Tags=[{"Key": "Team", "Value": "t"}],
            **version,
        )
        call("DescribeRecord", key=key, Id=record["RecordDetail"]["RecordId"], PageSize=1)
    call("DescribeProvisionedProduct", key=key, Name="mine")
    call("DescribeProvisionedProduct", key=key, Name="failed")
    call("SearchProvisionedProducts", key=key, PageSize=1, Filters={"SearchQuery": ["type:CFN_STACK"]})
    call("ScanProvisionedProducts", key=key, AccessLevelFilter={"Key": "Account", "Value": "self"})
    call("GetProvisionedProductOutputs", key=key, PageSize=1, **mine)
    parameters = [{"Key": "Name", "UsePreviousValue": True}, {"Key": "Size", "Value": "5"}]
    call("UpdateProvisionedProduct", key=key, ProvisioningParameters=parameters, UpdateToken="u", **mine)
    call("TerminateProvisionedProduct", key=key, TerminateToken="t", **mine)
    assert len(call("ListRecordHistory", key=key)["RecordDetails"]) == 4


def execute(world: Any, call: Checked, product_id: str, artifact_id: str, key: str) -> None:
    content = {"schemaVersion": "0.3", "parameters": {"Text": {"type": "String", "default": "x"}}, "mainSteps": []}
    document = {"Name": "Nothing", "DocumentType": "Automation", "Content": json.dumps(content)}
    world.client("ssm").create_document(**document, TargetType="/AWS::SNS::Topic")
    asked = [{"Name": "Topic", "Type": "TARGET"}, {"Name": "Text", "Type": "TEXT_VALUE"}]
    definition = {"Name": "Nothing", "Version": "1", "Parameters": json.dumps(asked)}
    response = call("CreateServiceAction", Name="n", DefinitionType="SSM_AUTOMATION", Definition=definition)
    action = response["ServiceActionDetail"]["ServiceActionSummary"]["Id"]
    version = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}
    association = version | {"ServiceActionId": action}
    call("AssociateServiceActionWithProvisioningArtifact", **association)
    parameters = [{"Key": "Name", "Value": "more"}]
    launch = {"ProvisionedProductName": "acting", "ProvisioningParameters": parameters, "ProvisionToken": "acting"}
    record = call("ProvisionProduct", key=key, **launch, **version)["RecordDetail"]
    target = {"ProvisionedProductId": record["ProvisionedProductId"], "ServiceActionId": action}
    assert len(call("DescribeServiceActionExecutionParameters", key=key, **target)["ServiceActionParameters"]) == 2
    done = call("ExecuteProvisionedProductServiceAction", key=key, ExecuteToken="e", **target)["RecordDetail"]
    assert call("DescribeRecord", key=key, Id=done["RecordId"])["RecordDetail"]["Status"] == "SUCCEEDED"
    call("DescribeProvisionedProduct", key=key, Name="acting")
    call("DisassociateServiceActionFromProvisioningArtifact", **association)


def plan_and_import(world: Any, call: Checked, product_id: str, artifact_id: str, key: str) -> None:
    version = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}
    request = {"PlanName": "p", "PlanType": "CLOUDFORMATION", "ProvisionedProductName": "acting", **version}
    parameters = [{"Key": "Name", "Value": "renamed"}]
    plan = call("CreateProvisionedProductPlan", key=key, ProvisioningParameters=parameters, **request)["PlanId"]
    assert len(call("ListProvisionedProductPlans", key=key)["ProvisionedProductPlans"]) == 1
    assert len(call("DescribeProvisionedProductPlan", key=key, PlanId=plan)["ResourceChanges"]) == 1
    call("ExecuteProvisionedProductPlan", key=key, PlanId=plan)
    call("DescribeProvisionedProductPlan", key=key, PlanId=plan)
    call("DeleteProvisionedProductPlan", key=key, PlanId=plan)
    target = call("DescribeProvisionedProduct", key=key, Name="acting")["ProvisionedProductDetail"]["Id"]
    owner = {"OWNER": "arn:aws:sts::123456789012:assumed-role/dev/other"}
    call("UpdateProvisionedProductProperties", ProvisionedProductId=target, ProvisionedProductProperties=owner)
    body = json.dumps(TOPIC_TEMPLATE)
    values = [{"ParameterKey": "Name", "ParameterValue": "theirs"}]
    stack = world.client("cloudformation").create_stack(StackName="s", TemplateBody=body, Parameters=values)["StackId"]
    call("ImportAsProvisionedProduct", key=key, ProvisionedProductName="theirs", PhysicalId=stack, **version)
    call("DescribeProvisionedProduct", key=key, Name="theirs")


def stack_set(world: Any, call: Checked, role: str, key: str) -> None:
    product_id, artifact_id = world.product("Sets")
    association = {"PortfolioId": world.portfolio(product_id, name="Sets", principals=(role,)), "ProductId": product_id}
    version = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}
    properties = {
        "AccountList": [OTHER, "123456789012"],
        "RegionList": ["us-east-1"],
        "AdminRole": world.role("Administration", allow=("sts:AssumeRole",), Service="cloudformation.amazonaws.com"),
        "ExecutionRole": "Execution",
    }
    parameters = json.dumps({"Version": "1", "Properties": properties})
    call("CreateConstraint", Type="STACKSET", Parameters=parameters, **association)
    call("DescribeProvisioningParameters", key=key, **version)
    launch = {"ProvisionedProductName": "sets", "ProvisioningParameters": [{"Key": "Name", "Value": "n"}], **version}
    preferences = {"StackSetAccounts": [OTHER], "StackSetFailureToleranceCount": 1}
    record = call("ProvisionProduct", key=key, ProvisionToken="sets", ProvisioningPreferences=preferences, **launch)
    target = {"ProvisionedProductId": record["RecordDetail"]["ProvisionedProductId"]}
    preferences = {"StackSetOperationType": "CREATE"}
    call("UpdateProvisionedProduct", key=key, UpdateToken="sets", ProvisioningPreferences=preferences, **target)
    listed = call("ListStackInstancesForProvisionedProduct", key=key, PageSize=1, **target)
    assert "NextPageToken" in listed
    call("DescribeRecord", key=key, Id=record["RecordDetail"]["RecordId"])
    call("SearchProvisionedProducts", key=key, Filters={"SearchQuery": ["type:CFN_STACKSET"]})
    call("TerminateProvisionedProduct", key=key, TerminateToken="sets", **target)


def share_with_nodes(world: Any, call: Checked, portfolio_id: str) -> None:
    organization = world.organization()
    call("DisableAWSOrganizationsAccess")
    call("EnableAWSOrganizationsAccess")
    call("GetAWSOrganizationsAccessStatus")
    target = {
        "PortfolioId": portfolio_id,
        "OrganizationNode": {"Type": "ORGANIZATIONAL_UNIT", "Value": organization.unit},
    }
    token = call("CreatePortfolioShare", **target)
    call("DescribePortfolioShareStatus", **token)
    call("DescribePortfolioShares", PortfolioId=portfolio_id, Type="ORGANIZATIONAL_UNIT")
    call("ListOrganizationPortfolioAccess", PortfolioId=portfolio_id, OrganizationNodeType="ORGANIZATIONAL_UNIT")
    call("ListPortfolioAccess", PortfolioId=portfolio_id, OrganizationParentId=organization.unit)
    call("UpdatePortfolioShare", SharePrincipals=True, **target)
    member = organization.member
    call("ListAcceptedPortfolioShares", account=member, PortfolioShareType="AWS_ORGANIZATIONS")
    call("ListPrincipalsForPortfolio", account=member, PortfolioId=portfolio_id)
    call("DeletePortfolioShare", **target)


def budget(world: Any, call: Checked, association: dict[str, str]) -> None:
    world.budget("Keys")
    for resource in association.values():
        call("AssociateBudgetWithResource", BudgetName="Keys", ResourceId=resource)
        call("ListBudgetsForResource", ResourceId=resource)
    assert call("DescribePortfolio", Id=association["PortfolioId"])["Budgets"] == [{"BudgetName": "Keys"}]
    assert call("DescribeProductAsAdmin", Id=association["ProductId"])["Budgets"] == [{"BudgetName": "Keys"}]
    for resource in association.values():
        call("DisassociateBudgetFromResource", BudgetName="Keys", ResourceId=resource)


def share(call: Checked, portfolio_id: str) -> None:
    target = {"PortfolioId": portfolio_id, "AccountId": OTHER}
    call("CreatePortfolioShare", **target)
    call("AcceptPortfolioShare", account=OTHER, PortfolioId=portfolio_id)
    call("ListAcceptedPortfolioShares", account=OTHER)
    call("DescribePortfolio", account=OTHER, Id=portfolio_id)
    call("DescribePortfolioShares", PortfolioId=portfolio_id, Type="ACCOUNT")
    call("ListPortfolioAccess", PortfolioId=portfolio_id)
    call("UpdatePortfolioShare", ShareTagOptions=True, **target)
    call("RejectPortfolioShare", account=OTHER, PortfolioId=portfolio_id)
    call("DeletePortfolioShare", **target)


def service_action(call: Checked, product_id: str, artifact_id: str) -> None:
    definition = {"Name": "AWS-RestartEC2Instance", "Version": "1"}
    kind = {"DefinitionType": "SSM_AUTOMATION", "Definition": definition}
    response = call("CreateServiceAction", Name="a", Description="d", **kind)
    action = response["ServiceActionDetail"]["ServiceActionSummary"]["Id"]
    version = {"ProductId": product_id, "ProvisioningArtifactId": artifact_id}
    association = version | {"ServiceActionId": action}
    call("UpdateServiceAction", Id=action, Name="b")
    call("DescribeServiceAction", Id=action)
    call("AssociateServiceActionWithProvisioningArtifact", **association)
    call("BatchAssociateServiceActionWithProvisioningArtifact", ServiceActionAssociations=[association])
    call("ListServiceActions")
    call("ListServiceActionsForProvisioningArtifact", **version)
    call("ListProvisioningArtifactsForServiceAction", ServiceActionId=action)
    call("DisassociateServiceActionFromProvisioningArtifact", **association)
    call("BatchDisassociateServiceActionFromProvisioningArtifact", ServiceActionAssociations=[association])
    call("DeleteServiceAction", Id=action)


def take_apart(call: Checked, association: dict[str, str], artifact_id: str, role: str) -> None:
    portfolio_id, product_id = association["PortfolioId"], association["ProductId"]
    (constraint,) = call("ListConstraintsForPortfolio", **association)["ConstraintDetails"]
    call("DeleteConstraint", Id=constraint["ConstraintId"])
    (option,) = call("ListTagOptions")["TagOptionDetails"]
    for resource in (portfolio_id, product_id):
        call("DisassociateTagOptionFromResource", ResourceId=resource, TagOptionId=option["Id"])
    call("DeleteTagOption", Id=option["Id"])
    call("DisassociateProductFromPortfolio", **association)
    call("DisassociatePrincipalFromPortfolio", PortfolioId=portfolio_id, PrincipalARN=role, PrincipalType="IAM")
    call("DeletePortfolio", Id=portfolio_id)
    call("DeleteProvisioningArtifact", ProductId=product_id, ProvisioningArtifactId=artifact_id)
    call("DeleteProduct", Id=product_id)


def test_answers_over_http_are_the_same(world: Any) -> None:
    """moto serializes the JSON; numbers, times and names must match botocore's model."""
    bodies: list[bytes] = []
    client = world.client("servicecatalog", region="eu-west-3")
    client.meta.events.register(
        "after-call.servicecatalog.CreatePortfolio",
        lambda http_response, **_: bodies.append(http_response.content),
    )
    answer = client.create_portfolio(DisplayName="ü", ProviderName="p", IdempotencyToken="t")
    assert answer["ResponseMetadata"]["HTTPHeaders"]["content-type"] == "application/x-amz-json-1.1"
    assert answer["ResponseMetadata"]["RequestId"]
    detail = json.loads(bodies[0])["PortfolioDetail"]
    assert detail["DisplayName"] == "ü"
    assert isinstance(detail["CreatedTime"], int | float)
    assert detail.keys() == {"Id", "ARN", "DisplayName", "ProviderName", "CreatedTime"}
