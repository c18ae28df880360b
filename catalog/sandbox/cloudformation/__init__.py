"""The sandbox's own CloudFormation: safe templates, a stack engine with rollback, change sets."""
