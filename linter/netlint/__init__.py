"""netlint finds network time-outs before production by reading Kubernetes manifests and source code."""
