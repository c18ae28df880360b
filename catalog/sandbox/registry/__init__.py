"""Any resource type of CloudFormation, by its schema: checked, made, tagged, updated, deleted, and with permissions.

schemas      what the resource provider schemas say of a type
checking     properties against the schema
naming       the names, ids and ARNs that CloudFormation and the services generate
calls        a call to one of the sandbox's services, in this process
api_types    how a type is made by the calls of its service; `tables` has one module for each service
permissions  the IAM actions that the launch role needs, with their resources
"""
