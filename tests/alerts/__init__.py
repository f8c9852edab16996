"""Alerts: thresholds, the ledger, messages and their delivery."""
