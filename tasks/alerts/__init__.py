"""The pure detector and ledger, and the Slack edge beside them."""
