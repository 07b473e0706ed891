# What a client on graphql-core makes of an introspection result: reads it and operations from stdin, and writes what it finds to stdout.
import json
import sys

from graphql import build_client_schema, parse, validate, validate_schema

sent = json.load(sys.stdin)
schema = build_client_schema(sent["introspection"])
errors = [*validate_schema(schema), *validate(schema, parse(sent["operations"]))]
json.dump({"errors": [error.message for error in errors], "types": list(schema.type_map)}, sys.stdout)
