"""`catalog console`: pages on 127.0.0.1 that play the Service Catalog console over the sandbox.

    browser → guard → routes (a module for each kind of page) → catalog.provisioning, catalog.aws → the sandbox
                                └→ pages → catalog.web

The routes have no engine of their own: forms, previews, launches, updates and terminations are those of the commands.
Everything works with plain forms; catalog/web/files/console.js checks while one types and follows what goes on.
"""
