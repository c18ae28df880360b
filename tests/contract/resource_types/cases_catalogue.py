"""Service Catalog's own types: portfolios, products, constraints, TagOptions, service actions, launches."""

from __future__ import annotations

import json
from typing import Any

from catalog.sandbox.servicecatalog.call import timestamp
from catalog.sandbox.servicecatalog.models import servicecatalog_backends
from catalog.sandbox.servicecatalog.state import Share, StoredPortfolio
from tests.contract.resource_types.cases_messaging import pairs
from tests.contract.resource_types.conftest import ACCOUNT, ALL, REGION, ROLE, Case, World

OTHER = "222222222222"
OFFERED = "port-offeredbyothe"
"""A portfolio of the other account."""
BUCKET = "templates"
PARAMETERS = {"Parameters": {"Name": {"Type": "String", "Default": "events"}}}
TOPIC = {
    **PARAMETERS,
    "Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Name"}}}},
    "Outputs": {"TopicArn": {"Value": {"Ref": "Topic"}}},
}
QUEUE = {
    **PARAMETERS,
    "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Name"}}}},
}


def prepare(world: World) -> None:
    """What no template of the cases makes: templates in S3, documents, and the portfolio of another account."""
    s3 = world.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    for name, body in (("topic", TOPIC), ("queue", QUEUE)):
        s3.put_object(Bucket=BUCKET, Key=f"{name}.json", Body=json.dumps(body).encode())
    arn = f"arn:aws:catalog:{REGION}:{OTHER}:portfolio/{OFFERED}"
    offered = StoredPortfolio(OFFERED, arn, OTHER, "Offered", "Others", "", {}, timestamp())
    offered.shares[ACCOUNT] = Share(ACCOUNT, share_tag_options=False)
    servicecatalog_backends[OTHER][REGION].state.portfolios[OFFERED] = offered
    trust = {"Effect": "Allow", "Principal": {"Service": "servicecatalog.amazonaws.com"}, "Action": "sts:AssumeRole"}
    for name in ("launches", "launches-too"):
        world.client("iam").create_role(
            RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        )
    whole = json.dumps({"Version": "2012-10-17", "Statement": [ALL]})
    world.client("iam").put_role_policy(RoleName="launches", PolicyName="whole", PolicyDocument=whole)


def url(name: str) -> str:
    """The URL of a template."""
    return f"https://{BUCKET}.s3.{REGION}.amazonaws.com/{name}.json"


def version(name: str, template: str = "topic", **more: str) -> dict[str, Any]:
    """A version of a product."""
    return {"Name": name, "Info": {"LoadTemplateFromURL": url(template)}, **more}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    """A resource of Service Catalog."""
    return {"Type": f"AWS::ServiceCatalog::{kind}", "Properties": properties}


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def product_of(name: str) -> dict[str, Any]:
    return resource(
        "CloudFormationProduct", Name=name, Owner="Platform", ProvisioningArtifactParameters=[version("1.0.0")]
    )


PORTFOLIO = resource("Portfolio", DisplayName="Team", ProviderName="Platform")
OFFER = {
    "Portfolio": PORTFOLIO,
    "Product": product_of("Topic"),
    "Second": product_of("Second"),
    "Offer": resource("PortfolioProductAssociation", PortfolioId=ref("Portfolio"), ProductId=ref("Product")),
    "SecondOffer": resource("PortfolioProductAssociation", PortfolioId=ref("Portfolio"), ProductId=ref("Second")),
}
IN_PORTFOLIO = {"PortfolioId": ref("Portfolio"), "ProductId": ref("Product")}
ACTION = resource(
    "ServiceAction",
    Name="Restart",
    DefinitionType="SSM_AUTOMATION",
    Definition=[{"Key": "Name", "Value": "AWS-RestartEC2Instance"}, {"Key": "Version", "Value": "1"}],
)


def portfolio(world: World, reference: str) -> Any:
    answer = world.client("servicecatalog").describe_portfolio(Id=reference)
    return {**answer["PortfolioDetail"], "Tags": answer["Tags"]}


def product(world: World, reference: str) -> Any:
    answer = world.client("servicecatalog").describe_product_as_admin(Id=reference)
    names = [each["Name"] for each in answer["ProvisioningArtifactSummaries"]]
    return {**answer["ProductViewDetail"]["ProductViewSummary"], "Versions": names, "Tags": answer["Tags"]}


def constraint(world: World, reference: str) -> Any:
    answer = world.client("servicecatalog").describe_constraint(Id=reference)
    return {**answer["ConstraintDetail"], **json.loads(answer["ConstraintParameters"]), "Status": answer["Status"]}


def association(world: World, reference: str) -> Any:
    portfolio_id, product_id = reference.split("|")
    listed = world.client("servicecatalog").list_portfolios_for_product(ProductId=product_id)["PortfolioDetails"]
    return next(each for each in listed if each["Id"] == portfolio_id)


def principal(world: World, reference: str) -> Any:
    portfolio_id, arn = reference.split("|")
    listed = world.client("servicecatalog").list_principals_for_portfolio(PortfolioId=portfolio_id)["Principals"]
    return next(each for each in listed if each["PrincipalARN"] == arn)


def share(world: World, reference: str) -> Any:
    portfolio_id, account = reference.split("|")
    client = world.client("servicecatalog")
    listed = client.describe_portfolio_shares(PortfolioId=portfolio_id, Type="ACCOUNT")["PortfolioShareDetails"]
    return next(each for each in listed if each["PrincipalId"] == account)


def accepted(world: World, reference: str) -> Any:
    listed = world.client("servicecatalog").list_accepted_portfolio_shares()["PortfolioDetails"]
    return next(each for each in listed if each["Id"] == reference)


def tag_option(world: World, reference: str) -> Any:
    return world.client("servicecatalog").describe_tag_option(Id=reference)["TagOptionDetail"]


def tagged(world: World, reference: str) -> Any:
    option, identifier = reference.split("|")
    listed = world.client("servicecatalog").list_resources_for_tag_option(TagOptionId=option)["ResourceDetails"]
    return next(each for each in listed if each["Id"] == identifier)


def service_action(world: World, reference: str) -> Any:
    detail = world.client("servicecatalog").describe_service_action(Id=reference)["ServiceActionDetail"]
    return {**detail["ServiceActionSummary"], "Definition": detail["Definition"]}


def with_action(world: World, reference: str) -> Any:
    product_id, artifact, action = reference.split("|")
    listed = world.client("servicecatalog").list_service_actions_for_provisioning_artifact(
        ProductId=product_id, ProvisioningArtifactId=artifact
    )["ServiceActionSummaries"]
    return next(each for each in listed if each["Id"] == action)


def launch(world: World, reference: str) -> Any:
    client = world.client("servicecatalog")
    search = {"Filters": {"SearchQuery": [f"id:{reference}"]}}
    (detail,) = client.search_provisioned_products(**search)["ProvisionedProducts"]
    outputs = client.get_provisioned_product_outputs(ProvisionedProductId=reference)["Outputs"]
    return {**detail, "Outputs": {each["OutputKey"]: each["OutputValue"] for each in outputs}}


def launch_tags(world: World, reference: str) -> dict[str, str]:
    """The tags of the topic; AWS's own are those of its own launch."""
    outputs = launch(world, reference)["Outputs"]
    tags = pairs(world.client("sns").list_tags_for_resource(ResourceArn=outputs["TopicArn"])["Tags"])
    assert tags["aws:servicecatalog:productArn"].startswith(f"arn:aws:catalog:{REGION}:{ACCOUNT}:product/prod-")
    return {**tags, "aws:servicecatalog:productArn": f"arn:aws:catalog:{REGION}:{ACCOUNT}:product/prod-1"}


def constraint_case(kind: str, properties: Any, shows: Any, changed: Any, then: Any, *denied: str) -> Case:
    """A case of a type of constraint."""
    return Case(
        f"AWS::ServiceCatalog::{kind}",
        {**IN_PORTFOLIO, **properties},
        constraint,
        {**shows, "Status": "AVAILABLE"},
        changed=changed,
        then=then,
        replaced={"ProductId": ref("Second")},
        denied=("servicecatalog:CreateConstraint", "servicecatalog:DescribeConstraint", *denied),
        denied_later=("servicecatalog:UpdateConstraint", "servicecatalog:DeleteConstraint"),
        around=OFFER,
        after=("Offer", "SecondOffer"),
    )


def rules(word: str) -> str:
    """Rules as JSON text."""
    return json.dumps({"One": {"Assertions": [{"Assert": {"Fn::Equals": ["a", word]}, "AssertDescription": "No"}]}})


ACCESS = {
    **OFFER,
    "Users": resource(
        "PortfolioPrincipalAssociation", PortfolioId=ref("Portfolio"), PrincipalARN=ROLE, PrincipalType="IAM"
    ),
    "Retag": resource("ResourceUpdateConstraint", **IN_PORTFOLIO, TagUpdateOnProvisionedProduct="ALLOWED")
    | {"DependsOn": "Offer"},
}
CASES = (
    Case(
        "AWS::ServiceCatalog::Portfolio",
        {"DisplayName": "Team", "ProviderName": "Platform", "Description": "Ours"},
        portfolio,
        {"DisplayName": "Team", "ProviderName": "Platform", "Description": "Ours"},
        changed={"DisplayName": "Teams"},
        then={"DisplayName": "Teams", "Description": "Ours"},
        tags=lambda world, reference: pairs(portfolio(world, reference)["Tags"]),
        attributes=("PortfolioName", "Id"),
        denied=("servicecatalog:CreatePortfolio", "servicecatalog:DescribePortfolio"),
        denied_later=("servicecatalog:UpdatePortfolio", "servicecatalog:DeletePortfolio"),
    ),
    Case(
        "AWS::ServiceCatalog::CloudFormationProduct",
        {"Name": "Queue", "Owner": "Platform", "ProvisioningArtifactParameters": [version("1.0.0"), version("1.1.0")]},
        product,
        {"Name": "Queue", "Owner": "Platform", "Type": "CLOUD_FORMATION_TEMPLATE", "Versions": ["1.0.0", "1.1.0"]},
        changed={
            "Owner": "Security",
            "ProvisioningArtifactParameters": [version("1.1.0", Description="New"), version("2.0.0", "queue")],
        },
        then={"Owner": "Security", "Versions": ["1.1.0", "2.0.0"]},
        tags=lambda world, reference: pairs(product(world, reference)["Tags"]),
        attributes=("ProductName", "ProvisioningArtifactIds", "ProvisioningArtifactNames"),
        denied=("servicecatalog:CreateProduct", "servicecatalog:CreateProvisioningArtifact"),
        denied_later=(
            "servicecatalog:UpdateProduct",
            "servicecatalog:UpdateProvisioningArtifact",
            "servicecatalog:DeleteProvisioningArtifact",
            "servicecatalog:DeleteProduct",
        ),
    ),
    Case(
        "AWS::ServiceCatalog::PortfolioProductAssociation",
        {"PortfolioId": ref("Portfolio"), "ProductId": ref("Third")},
        association,
        {"DisplayName": "Team"},
        replaced={"ProductId": ref("Fourth")},
        denied=("servicecatalog:AssociateProductWithPortfolio", "servicecatalog:ListPortfoliosForProduct"),
        denied_later=("servicecatalog:DisassociateProductFromPortfolio",),
        around={**OFFER, "Third": product_of("Third"), "Fourth": product_of("Fourth")},
    ),
    Case(
        "AWS::ServiceCatalog::PortfolioPrincipalAssociation",
        {"PortfolioId": ref("Portfolio"), "PrincipalARN": ROLE, "PrincipalType": "IAM"},
        principal,
        {"PrincipalType": "IAM"},
        replaced={"PrincipalARN": "arn:aws:iam:::role/team-*", "PrincipalType": "IAM_PATTERN"},
        denied=("servicecatalog:AssociatePrincipalWithPortfolio", "servicecatalog:ListPrincipalsForPortfolio"),
        denied_later=("servicecatalog:DisassociatePrincipalFromPortfolio",),
        around={"Portfolio": PORTFOLIO},
    ),
    Case(
        "AWS::ServiceCatalog::PortfolioShare",
        {"PortfolioId": ref("Portfolio"), "AccountId": OTHER, "ShareTagOptions": True},
        share,
        {"ShareTagOptions": True, "Accepted": False},
        changed={"ShareTagOptions": False},
        then={"ShareTagOptions": False},
        replaced={"AccountId": "333333333333"},
        denied=("servicecatalog:CreatePortfolioShare", "servicecatalog:DescribePortfolioShares"),
        denied_later=("servicecatalog:UpdatePortfolioShare", "servicecatalog:DeletePortfolioShare"),
        around={"Portfolio": PORTFOLIO},
    ),
    Case(
        "AWS::ServiceCatalog::AcceptedPortfolioShare",
        {"PortfolioId": OFFERED},
        accepted,
        {"DisplayName": "Offered"},
        denied=("servicecatalog:AcceptPortfolioShare", "servicecatalog:ListAcceptedPortfolioShares"),
        denied_later=("servicecatalog:RejectPortfolioShare",),
    ),
    Case(
        "AWS::ServiceCatalog::TagOption",
        {"Key": "cost", "Value": "one"},
        tag_option,
        {"Key": "cost", "Value": "one", "Active": True},
        changed={"Active": False},
        then={"Active": False},
        replaced={"Value": "two"},
        denied=("servicecatalog:CreateTagOption", "servicecatalog:DescribeTagOption"),
        denied_later=("servicecatalog:UpdateTagOption", "servicecatalog:DeleteTagOption"),
    ),
    Case(
        "AWS::ServiceCatalog::TagOptionAssociation",
        {"TagOptionId": ref("Option"), "ResourceId": ref("Portfolio")},
        tagged,
        {"Name": "Team"},
        replaced={"ResourceId": ref("Product")},
        denied=("servicecatalog:AssociateTagOptionWithResource", "servicecatalog:ListResourcesForTagOption"),
        denied_later=("servicecatalog:DisassociateTagOptionFromResource",),
        around={**OFFER, "Option": resource("TagOption", Key="stage", Value="dev")},
    ),
    Case(
        "AWS::ServiceCatalog::ServiceAction",
        ACTION["Properties"],
        service_action,
        {"Name": "Restart", "Definition": {"Name": "AWS-RestartEC2Instance", "Version": "1"}},
        changed={"Name": "Restart-it", "Description": "Again"},
        then={"Name": "Restart-it", "Description": "Again"},
        denied=("servicecatalog:CreateServiceAction", "servicecatalog:DescribeServiceAction"),
        denied_later=("servicecatalog:UpdateServiceAction", "servicecatalog:DeleteServiceAction"),
    ),
    Case(
        "AWS::ServiceCatalog::ServiceActionAssociation",
        {
            "ProductId": ref("Product"),
            "ProvisioningArtifactId": {"Fn::GetAtt": ["Product", "ProvisioningArtifactIds"]},
            "ServiceActionId": ref("Action"),
        },
        with_action,
        {"Name": "Restart"},
        replaced={
            "ProductId": ref("Second"),
            "ProvisioningArtifactId": {"Fn::GetAtt": ["Second", "ProvisioningArtifactIds"]},
        },
        denied=(
            "servicecatalog:AssociateServiceActionWithProvisioningArtifact",
            "servicecatalog:ListServiceActionsForProvisioningArtifact",
        ),
        denied_later=("servicecatalog:DisassociateServiceActionFromProvisioningArtifact",),
        around={**OFFER, "Action": ACTION},
    ),
    constraint_case(
        "LaunchRoleConstraint",
        {"LocalRoleName": "launches", "Description": "As"},
        {"Type": "LAUNCH", "LocalRoleName": "launches", "Description": "As"},
        {"LocalRoleName": None, "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/launches-too", "Description": None},
        {"RoleArn": f"arn:aws:iam::{ACCOUNT}:role/launches-too"},
        "iam:PassRole",
    ),
    constraint_case(
        "LaunchTemplateConstraint",
        {"Rules": rules("a")},
        {"Type": "TEMPLATE", "Rules": json.loads(rules("a"))},
        {"Rules": rules("b")},
        {"Rules": json.loads(rules("b"))},
    ),
    constraint_case(
        "LaunchNotificationConstraint",
        {"NotificationArns": [f"arn:aws:sns:{REGION}:{ACCOUNT}:one"]},
        {"Type": "NOTIFICATION", "NotificationArns": [f"arn:aws:sns:{REGION}:{ACCOUNT}:one"]},
        {"NotificationArns": [f"arn:aws:sns:{REGION}:{ACCOUNT}:two"]},
        {"NotificationArns": [f"arn:aws:sns:{REGION}:{ACCOUNT}:two"]},
    ),
    constraint_case(
        "ResourceUpdateConstraint",
        {"TagUpdateOnProvisionedProduct": "ALLOWED"},
        {"Type": "RESOURCE_UPDATE", "Properties": {"TagUpdateOnProvisionedProduct": "ALLOWED"}},
        {"TagUpdateOnProvisionedProduct": "NOT_ALLOWED"},
        {"Properties": {"TagUpdateOnProvisionedProduct": "NOT_ALLOWED"}},
    ),
    constraint_case(
        "StackSetConstraint",
        {
            "Description": "Everywhere",
            "AccountList": [222222222222],
            "RegionList": [REGION],
            "AdminRole": f"arn:aws:iam::{ACCOUNT}:role/launches",
            "ExecutionRole": "runs",
            "StackInstanceControl": "NOT_ALLOWED",
        },
        {"Type": "STACKSET", "Properties": {"AccountList": [OTHER], "ExecutionRole": "runs"}},
        {"StackInstanceControl": "ALLOWED"},
        {"Properties": {"StackInstanceControl": "ALLOWED"}},
    ),
    Case(
        "AWS::ServiceCatalog::CloudFormationProvisionedProduct",
        {
            "ProductId": ref("Product"),
            "ProvisioningArtifactName": "1.0.0",
            "ProvisioningParameters": [{"Key": "Name", "Value": "first"}],
        },
        launch,
        {
            "Status": "AVAILABLE",
            "UserArn": ROLE,
            "Outputs": {"TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:first"},
        },
        changed={"ProvisioningParameters": [{"Key": "Name", "Value": "second"}]},
        then={"Status": "AVAILABLE", "Outputs": {"TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:second"}},
        tags=launch_tags,
        attributes=("CloudformationStackArn", "RecordId", "Outputs.TopicArn"),
        denied=("servicecatalog:ProvisionProduct", "servicecatalog:DescribeProvisionedProduct"),
        denied_later=("servicecatalog:UpdateProvisionedProduct", "servicecatalog:TerminateProvisionedProduct"),
        around=ACCESS
        | {"As": resource("LaunchRoleConstraint", **IN_PORTFOLIO, LocalRoleName="launches") | {"DependsOn": ["Offer"]}},
        after=("Offer", "Users", "Retag", "As"),
    ),
)
