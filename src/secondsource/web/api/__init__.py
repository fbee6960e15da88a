"""The interface for programs (REST, described by OpenAPI): keys with scopes, and what they open."""
