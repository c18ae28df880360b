"""Cloud Control API: the resources that the sandbox only models by their schemas, read and changed by a client."""
