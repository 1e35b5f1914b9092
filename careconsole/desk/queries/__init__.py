"""Queries of cases, the queue and the workload."""
