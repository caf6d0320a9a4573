"""Kustomize without its binary: a kustomization into the objects that ``kustomize build`` gives, each scalar with its place."""
