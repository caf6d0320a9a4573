"""Kubernetes manifests: text into typed facts with a span on every scalar."""
