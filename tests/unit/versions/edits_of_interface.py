"""Edits of parameters, rules, conditions and outputs, with their verdicts and findings."""

from __future__ import annotations

from tests.unit.versions.edit_rows import EditRows, Template, properties, statements

ROWS = EditRows()


# ------------------------------------------------------------------------------------------------------ parameters


@ROWS.row("narrow the pattern of `Alias`: no slash", "major")
def _(template: Template) -> None:
    template["Parameters"]["Alias"]["AllowedPattern"] = "^(?!aws$)[a-zA-Z0-9_-]+$"


@ROWS.row("widen the pattern of `Alias`: dots too", "minor")
def _(template: Template) -> None:
    template["Parameters"]["Alias"]["AllowedPattern"] = "^(?!aws(/|$)|alias/)[a-zA-Z0-9/._-]+$"


@ROWS.row("write the pattern of `Alias` differently", "patch")
def _(template: Template) -> None:
    template["Parameters"]["Alias"]["AllowedPattern"] = r"^(?!alias/|aws(/|$))[\w/-]{1,}$"


@ROWS.row("give `Alias` a pattern that cannot be compared", "major")
def _(template: Template) -> None:
    template["Parameters"]["Alias"]["AllowedPattern"] = "^(?!aws(/|$)|alias/)[a-zA-Z0-9/_-]++$"


@ROWS.row("add an AllowedValue: `DataCategory` secret", "minor")
def _(template: Template) -> None:
    template["Parameters"]["DataCategory"]["AllowedValues"].append("secret")


@ROWS.row("remove an AllowedValue: `Environment` staging", "major")
def _(template: Template) -> None:
    template["Parameters"]["Environment"]["AllowedValues"].remove("staging")


@ROWS.row("change a default: `DeletionWindowDays` 14", "minor")
def _(template: Template) -> None:
    template["Parameters"]["DeletionWindowDays"]["Default"] = "14"


@ROWS.row("remove a default: `DeletionWindowDays` must be set", "major")
def _(template: Template) -> None:
    del template["Parameters"]["DeletionWindowDays"]["Default"]


@ROWS.row("raise `MinValue` of `DeletionWindowDays` to 10", "major")
def _(template: Template) -> None:
    template["Parameters"]["DeletionWindowDays"]["MinValue"] = 10


@ROWS.row("lower `MaxLength` of `Alias` to 100", "major")
def _(template: Template) -> None:
    template["Parameters"]["Alias"]["MaxLength"] = 100


@ROWS.row("change only a parameter's description", "patch")
def _(template: Template) -> None:
    template["Parameters"]["Service"]["Description"] = "Service whose data the key protects; tag Service of the key."


@ROWS.row("reorder the parameters", "patch")
def _(template: Template) -> None:
    template["Parameters"] = dict(reversed(template["Parameters"].items()))


@ROWS.row("add a required parameter", "major")
def _(template: Template) -> None:
    template["Parameters"]["Owner"] = {
        "Type": "String",
        "Description": "Who owns the key.",
        "MinLength": 1,
        "MaxLength": 64,
        "AllowedPattern": "[a-z-]+",
        "ConstraintDescription": "must be a team's name.",
    }


@ROWS.row("add a parameter with a default", "minor")
def _(template: Template) -> None:
    template["Parameters"]["Owner"] = {
        "Type": "String",
        "Description": "Who owns the key.",
        "Default": "",
        "MaxLength": 64,
        "AllowedPattern": "[a-z-]*",
        "ConstraintDescription": "must be a team's name.",
    }


@ROWS.row("remove a parameter: `Compliance`, with its tag", "major")
def _(template: Template) -> None:
    del template["Parameters"]["Compliance"], template["Conditions"]["HasCompliance"]
    interface = template["Metadata"]["AWS::CloudFormation::Interface"]
    interface["ParameterGroups"][-1]["Parameters"].remove("Compliance")
    del interface["ParameterLabels"]["Compliance"]
    properties(template)["Tags"] = [tag for tag in properties(template)["Tags"] if "Fn::If" not in tag]


@ROWS.row("change the type of `DeletionWindowDays` to String", "major")
def _(template: Template) -> None:
    definition = template["Parameters"]["DeletionWindowDays"]
    definition |= {"Type": "String", "AllowedPattern": "[0-9]{1,2}"}
    del definition["MinValue"], definition["MaxValue"]


# ------------------------------------------------------------------------------------------- rules and conditions


@ROWS.row("add a rule: restricted data needs PreventDestroy", "major")
def _(template: Template) -> None:
    template["Rules"]["RestrictedIsProtected"] = {
        "RuleCondition": {"Fn::Equals": [{"Ref": "DataCategory"}, "restricted"]},
        "Assertions": [
            {
                "Assert": {"Fn::Equals": [{"Ref": "PreventDestroy"}, "true"]},
                "AssertDescription": "Restricted data needs PreventDestroy.",
            }
        ],
    }


@ROWS.row("drop the rule `ProductionIsProtected`", "minor", "E9009", "E9010")
def _(template: Template) -> None:
    del template["Rules"]["ProductionIsProtected"]


@ROWS.row("drop the RuleCondition of `ProductionIsProtected`: it always applies", "major")
def _(template: Template) -> None:
    del template["Rules"]["ProductionIsProtected"]["RuleCondition"]


@ROWS.row("change only the description of a rule", "patch")
def _(template: Template) -> None:
    template["Rules"]["ReplicasNeedMultiRegion"]["Assertions"][0]["AssertDescription"] = "Replicas need MultiRegion."


@ROWS.row("rename a condition", "patch")
def _(template: Template) -> None:
    template["Conditions"]["Logs"] = template["Conditions"].pop("LogsAreAllowed")
    for member in statements(template):
        if member.get("Fn::If", [""])[0] == "LogsAreAllowed":
            member["Fn::If"][0] = "Logs"


@ROWS.row("change a condition: replicas no longer need MultiRegion", "minor")
def _(template: Template) -> None:
    template["Conditions"]["MayReplicate"] = {"Fn::Not": [{"Fn::Equals": [{"Ref": "ReplicaRegions"}, ""]}]}


# --------------------------------------------------------------------------------------------------------- outputs


@ROWS.row("remove the output `KeyArn`", "major", "W9007")
def _(template: Template) -> None:
    del template["Outputs"]["KeyArn"]


@ROWS.row("rename the output `KeyArn` to `Arn`, and its export with it", "major")
def _(template: Template) -> None:
    output = template["Outputs"].pop("KeyArn")
    template["Outputs"]["Arn"] = output | {"Export": {"Name": {"Fn::Sub": "${AWS::StackName}-Arn"}}}


@ROWS.row("rename the export of `KeyId`", "major")
def _(template: Template) -> None:
    template["Outputs"]["KeyId"]["Export"]["Name"] = {"Fn::Sub": "${AWS::StackName}-Id"}


@ROWS.row("change the value of `KeyId`: the ARN", "major")
def _(template: Template) -> None:
    template["Outputs"]["KeyId"]["Value"] = {"Fn::GetAtt": ["Key", "Arn"]}


@ROWS.row("add an output", "minor")
def _(template: Template) -> None:
    template["Outputs"]["Service"] = {"Description": "Service of the key.", "Value": {"Ref": "Service"}}


@ROWS.row("change only an output's description", "patch")
def _(template: Template) -> None:
    template["Outputs"]["KeyId"]["Description"] = "The key's id."


@ROWS.row("change only the template's metadata: a label in the console", "patch")
def _(template: Template) -> None:
    template["Metadata"]["AWS::CloudFormation::Interface"]["ParameterLabels"]["Alias"] = {"default": "Alias"}
