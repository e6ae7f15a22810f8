"""The configuration: text → tree of directives → merged scopes → the plan."""
