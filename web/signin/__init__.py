"""Signing in and out: by an identity provider (OpenID Connect), or as a persona of the demo."""
